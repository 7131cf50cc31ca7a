// What the readers of a testfarm.toml's parts share: its root, its parameters so far, and where to put
// mistakes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/toml.hpp"
#include "client/definition/parameters.hpp"

namespace testfarm {

class ReadingContext {
 public:
  using Reader = toml_file::Reader;
  using Value = toml_file::Value;

  // Both outlive it.
  ReadingContext(const Value& root, std::vector<std::string>& problems) : root_(root), problems_(problems) {}

  const Value& root() const { return root_; }
  Parameters& parameters() { return parameters_; }
  Reader reader_of(const Value& value) { return {value, problems_}; }

  // The text with {parameters} filled in; `at`: where it stands, for what is to be said about it.
  std::string filled(const Value& at, const std::string& text);
  // A table of environment variables, filled in.
  std::map<std::string, std::string> variables(Reader& reader, std::string_view key);

 private:
  const Value& root_;
  std::vector<std::string>& problems_;
  Parameters parameters_;
};

}  // namespace testfarm
