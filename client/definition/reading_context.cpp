#include "client/definition/reading_context.hpp"

#include "base/text.hpp"

namespace testfarm {

std::string ReadingContext::filled(const Value& at, const std::string& text) {
  return with_parameters(text, parameters_, [&](const std::string& word, const std::string& meant) {
    reader_of(root_).problem(at, concat("there is no parameter {", word, "}; did you mean {", meant, "}?"));
  });
}

std::map<std::string, std::string> ReadingContext::variables(Reader& reader, std::string_view key) {
  std::map<std::string, std::string> variables;
  const Value* value = reader.any(key);
  if (value == nullptr) return variables;
  const auto* table = value->as_table();
  if (table == nullptr) {
    reader.problem(*value, concat(key, " must be a table: ", key, " = { NAME = \"value\" }"));
    return variables;
  }
  for (const auto& [name, variable] : *table) {
    const auto* number = variable.as_integer();
    const auto* text = variable.as_string();
    if (name.empty() || name.find_first_of("= \t") != std::string::npos ||
        (text == nullptr && number == nullptr))
      reader.problem(variable,
                     concat("the variable ", in_quotes(name), " must be a name and a text or whole number"));
    else
      variables[name] = text == nullptr ? std::to_string(*number) : filled(variable, *text);
  }
  return variables;
}

}  // namespace testfarm
