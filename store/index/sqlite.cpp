#include "store/index/sqlite.hpp"

#include <sqlite3.h>

#include "base/text.hpp"

namespace testfarm {
namespace {

ErrorKind kind_of(int code) {
  // A file cut short, or one that somebody removed or replaced under us.
  if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_READONLY_DBMOVED) return ErrorKind::damaged;
  switch (code & 0xFF) {
    // Our statements are constant: an error in one is a damaged schema.
    case SQLITE_ERROR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_CONSTRAINT: return ErrorKind::damaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorKind::busy;
    case SQLITE_FULL: return ErrorKind::no_space;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return ErrorKind::internal;
    default: return ErrorKind::io;
  }
}

int bind_value(sqlite3_stmt* statement, int at, const SqlValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, at, *number);
  const auto& text = *std::get_if<std::string>(&value);
  return sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

SqlRow row_of(sqlite3_stmt* statement) {
  SqlRow row;
  const int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; ++i) {
    if (sqlite3_column_type(statement, i) == SQLITE_INTEGER) {
      row.emplace_back(std::int64_t{sqlite3_column_int64(statement, i)});
    } else {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row.emplace_back(text == nullptr
                           ? std::string()
                           : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
    }
  }
  return row;
}

// Leaves the statement ready for its next use, whichever way we leave.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&& other) noexcept {
  statements_ = std::move(other.statements_);  // before the handle that they hang on
  handle_ = std::move(other.handle_);
  path_ = std::move(other.path_);
  steps_ = other.steps_;
  return *this;
}
Database::~Database() { statements_.clear(); }

Error Database::error(int code, std::string_view doing) const {
  const char* reason = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return {kind_of(code), concat("index ", path_.string(), ": ", doing, ": ", reason)};
}

Result<Database> Database::open(const Path& path, Mode mode, Millis patience) {
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(handle, path);
  if (code != SQLITE_OK) return fail(database.error(code, "could not be opened"));
  sqlite3_busy_timeout(handle, static_cast<int>(patience));
  sqlite3_extended_result_codes(handle, 1);
  return database;
}

Status Database::script(std::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(error(code, text.substr(0, 60)));
  return {};
}

Result<sqlite3_stmt*> Database::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail(error(code, sql));
  statements_.emplace(std::string(sql), statement);
  return statement;
}

Result<std::vector<SqlRow>> Database::rows(std::string_view sql, const std::vector<SqlValue>& values) {
  TRY_SET(sqlite3_stmt * statement, prepared(sql));
  const Reset reset(statement);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const int code = bind_value(statement, static_cast<int>(i + 1), values[i]); code != SQLITE_OK)
      return fail(error(code, sql));
  std::vector<SqlRow> rows;
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) {
      steps_ += static_cast<std::uint64_t>(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1));
      return rows;
    }
    if (code != SQLITE_ROW) return fail(error(code, sql));
    rows.push_back(row_of(statement));
  }
}

Status Database::run(std::string_view sql, const std::vector<SqlValue>& values) {
  const auto answer = rows(sql, values);
  if (!answer) return fail(answer.error());
  return {};
}

Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Result<Transaction> Transaction::begin_reading(Database& database) {
  TRY(database.run("BEGIN"));
  return Transaction(database);
}

Status Transaction::commit() {
  TRY(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

Transaction::~Transaction() {
  // Where the rollback fails too, SQLite rolls back when the connection closes; there is nobody left to tell.
  if (database_ != nullptr) static_cast<void>(database_->run("ROLLBACK"));
}

}  // namespace testfarm
