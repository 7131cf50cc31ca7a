// The face of SQLite: every result code checked, statements prepared once, values bound and never pasted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace testfarm {

using SqlValue = std::variant<std::int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

inline std::int64_t integer_of(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? *number : 0;
}
inline std::string text_of(const SqlValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

class Database {
 public:
  enum class Mode : std::uint8_t { existing, create };
  // `patience` is how long a locked database is waited for; with 0 the answer is busy at once.
  static Result<Database> open(const Path& path, Mode mode, Millis patience);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Several statements without values: a schema, a pragma, BEGIN and COMMIT.
  Status script(std::string_view sql);
  // One statement. Rows only where it answers some.
  Result<std::vector<SqlRow>> rows(std::string_view sql, const std::vector<SqlValue>& values = {});
  Status run(std::string_view sql, const std::vector<SqlValue>& values = {});
  // Steps of SQLite's virtual machine so far, for benches: what a question costs whatever the machine.
  std::uint64_t steps() const { return steps_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Database(sqlite3* handle, Path path) : handle_(handle), path_(std::move(path)) {}
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  Error error(int code, std::string_view doing) const;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
  Path path_;
  std::uint64_t steps_ = 0;
};

// BEGIN IMMEDIATE … COMMIT; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  // BEGIN: of a reader, who keeps the shared lock from its first question on.
  static Result<Transaction> begin_reading(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) { other.database_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace testfarm
