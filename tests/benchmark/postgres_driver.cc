// Calls the functions of postgres_schema.sql: prepared statements, one connection for each call in flight or a pool that the
// calls share, all driven by one thread. See driver.h.
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tests/benchmark/driver.h"

namespace timebank::benchmark {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
// The values of a statement, as text.
using Values = std::vector<std::string>;

constexpr int64_t kWaitNanos = 600'000'000'000;
constexpr int kRetryMicros = 2000;

bool Fail(const std::string& what, const char* why) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), why);
  return false;
}

Connection Connect(const std::string& address) { return {PQconnectdb(address.c_str()), &PQfinish}; }

// Appends `text` to an array literal.
void AppendQuoted(const std::string& text, std::string* array) {
  array->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') array->push_back('\\');
    array->push_back(c);
  }
  array->push_back('"');
}

// "{...}" of what `field` gives for each service of a span.
template <typename Field>
std::string ArrayOf(const std::vector<Service>& services, const Span& span, Field field) {
  std::string array = "{";
  for (size_t i = span.first; i < span.first + span.count; ++i) {
    if (i > span.first) array.push_back(',');
    AppendQuoted(field(services[i]), &array);
  }
  array.push_back('}');
  return array;
}

// The numbers of "{1,2,3}", or the one of "1".
std::vector<int64_t> ParseAnswers(const char* text) {
  std::vector<int64_t> answers;
  for (const char* at = text; *at != '\0';) {
    char* end = nullptr;
    const int64_t answer = std::strtoll(at, &end, 10);
    if (end == at) {
      ++at;
      continue;
    }
    answers.push_back(answer);
    at = end;
  }
  return answers;
}

// A number of callers that send one call after the other over a pool of connections. A call waits, and its time runs, from
// the moment that its caller has its previous answer.
class Callers {
 public:
  using Take = std::function<bool(size_t call, const char* answer)>;

  Callers(std::vector<Connection>* pool, const char* statement, const std::vector<Values>& calls, int in_flight)
      : pool_(pool), statement_(statement), calls_(calls), in_flight_(in_flight), busy_(pool->size()) {}
  ~Callers() {
    if (epoll_ >= 0) close(epoll_);
  }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  bool Run(const Take& take, Latencies* latencies) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < pool_->size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, PQsocket((*pool_)[i].get()), &event);
    }
    const int64_t begin = NowNanos();
    for (int i = 0; i < in_flight_; ++i) waiting_.push_back(begin);
    for (size_t i = 0; i < pool_->size(); ++i) {
      if (!SendNext(i)) return false;
    }
    std::array<epoll_event, 64> events;
    while (done_ < calls_.size()) {
      const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        if (!Receive(events[static_cast<size_t>(i)].data.u64, take, latencies)) return false;
      }
    }
    return true;
  }

 private:
  struct Busy {
    size_t call = 0;
    int64_t started = 0;
  };

  // Gives connection `i` the next call that waits.
  bool SendNext(size_t i) {
    if (next_ == calls_.size() || waiting_.empty()) return true;
    PGconn* connection = (*pool_)[i].get();
    const Values& call = calls_[next_];
    std::array<const char*, 16> values{};
    for (size_t v = 0; v < call.size(); ++v) values[v] = call[v].c_str();
    busy_[i] = {next_++, waiting_.front()};
    waiting_.pop_front();
    if (PQsendQueryPrepared(connection, statement_, static_cast<int>(call.size()), values.data(), nullptr, nullptr, 0) ==
        0) {
      return Fail(statement_, PQerrorMessage(connection));
    }
    return true;
  }

  bool Receive(size_t i, const Take& take, Latencies* latencies) {
    PGconn* connection = (*pool_)[i].get();
    if (PQconsumeInput(connection) == 0) return Fail(statement_, PQerrorMessage(connection));
    if (PQisBusy(connection) != 0) return true;
    const Result result(PQgetResult(connection), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return Fail(statement_, PQresultErrorMessage(result.get()));
    // One statement has one result; the end of it is what the connection needs to be told before the next.
    while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
    const int64_t now = NowNanos();
    latencies->Add(now - busy_[i].started);
    if (!take(busy_[i].call, PQgetvalue(result.get(), 0, 0))) return false;
    ++done_;
    waiting_.push_back(now);
    return SendNext(i);
  }

  std::vector<Connection>* pool_;
  const char* statement_;
  const std::vector<Values>& calls_;
  int in_flight_;
  int epoll_ = -1;
  size_t next_ = 0;
  size_t done_ = 0;
  std::deque<int64_t> waiting_;  // since when, of the callers without a connection
  std::vector<Busy> busy_;
};

class PostgresDriver final : public Driver {
 public:
  explicit PostgresDriver(const DriverOptions& options) : options_(options) {}

  bool Setup() override {
    const Connection connection = Connect(options_.address);
    for (const std::string& path : options_.schema) {
      std::ifstream file(path);
      std::stringstream text;
      text << file.rdbuf();
      if (!file) return Fail(path, "cannot be read");
      if (!Execute(connection.get(), text.str())) return false;
    }
    return Execute(connection.get(), Content()) && Execute(connection.get(), "VACUUM ANALYZE");
  }

  bool Prepare(const std::vector<Service>& services) override {
    services_ = &services;
    const int most = options_.connections > 0 ? std::min(options_.connections, options_.in_flight) : options_.in_flight;
    for (int i = 0; i < most; ++i) {
      pool_.push_back(Connect(options_.address));
      PGconn* connection = pool_.back().get();
      const bool one = options_.batch == 1;
      if (!PrepareStatement(connection, "create",
                            one ? "SELECT create_record($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                                : "SELECT create_records($1, $2, $3, $4, $5, $6, $7, $8, $9)") ||
          !PrepareStatement(connection, "confirm",
                            one ? "SELECT confirm_record($1, $2, $3)" : "SELECT confirm_records($1, $2, $3)")) {
        return false;
      }
    }
    records_.resize(services.size());
    return true;
  }

  bool CreateAll(const std::vector<Span>& spans, Latencies* latencies) override {
    std::vector<Values> calls;
    for (const Span& span : spans) calls.push_back(CreateValues(span));
    return Callers(&pool_, "create", calls, options_.in_flight)
        .Run([&](size_t call, const char* answer) { return TakeRecords(spans[call], answer); }, latencies);
  }

  bool ConfirmAll(const std::vector<Span>& spans, Latencies* latencies) override {
    std::vector<Values> calls;
    for (const Span& span : spans) calls.push_back(ConfirmValues(span));
    return Callers(&pool_, "confirm", calls, options_.in_flight)
        .Run([&](size_t call, const char* answer) { return TakeMinutes(spans[call], answer); }, latencies);
  }

  bool Sums(int64_t* credited_minutes, int64_t* settled_records) override {
    const Connection connection = Connect(options_.address);
    const Result result(
        PQexec(connection.get(),
               "SELECT (SELECT coalesce(sum(balance), 0) FROM accounts), "
               "(SELECT coalesce(sum(minutes), 0) FROM postings WHERE debit_account = 0 AND credit_account > 0), "
               "(SELECT count(*) FROM records WHERE state = 5)"),
        &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return Fail("sums", PQerrorMessage(connection.get()));
    *credited_minutes = std::strtoll(PQgetvalue(result.get(), 0, 0), nullptr, 10);
    *settled_records = std::strtoll(PQgetvalue(result.get(), 0, 2), nullptr, 10);
    if (std::strtoll(PQgetvalue(result.get(), 0, 1), nullptr, 10) != *credited_minutes) {
      return Fail("sums", "the balances are not what the postings add up to");
    }
    return true;
  }

  bool Read() override {
    const int64_t end = NowNanos() + kWaitNanos;
    for (;;) {
      const Connection connection = Connect(options_.address);
      const Result result(PQexec(connection.get(), "SELECT balance FROM accounts WHERE id = 2"), &PQclear);
      if (PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) == 1) return true;
      if (NowNanos() > end) return Fail("read", PQerrorMessage(connection.get()));
      usleep(kRetryMicros);
    }
  }

 private:
  static bool Execute(PGconn* connection, const std::string& text) {
    const Result result(PQexec(connection, text.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || Fail("setup", PQerrorMessage(connection));
  }

  static bool PrepareStatement(PGconn* connection, const char* name, const char* text) {
    const Result result(PQprepare(connection, name, text, 0, nullptr), &PQclear);
    return PQresultStatus(result.get()) == PGRES_COMMAND_OK || Fail(text, PQerrorMessage(connection));
  }

  // Rules, centres, members and their accounts. Member `i` of the workload has the id i + 1.
  std::string Content() const {
    std::string text = "BEGIN; INSERT INTO rules VALUES (-100000, 1, 30, 30, " + std::to_string(kDailyCapMinutes) +
                       ", 18, " + std::to_string(kLateEntryDays) + ");";
    for (int i = 0; i < options_.centers; ++i) {
      text +=
          "INSERT INTO centers VALUES (" + std::to_string(i + 1) + ", '" + CenterCode(i) + "', '" + CenterCode(i) + "');";
    }
    for (int i = 0; i < options_.members; ++i) {
      const std::string id = std::to_string(i + 1);
      text += (i % 1000 == 0 ? (i == 0 ? "INSERT INTO members VALUES (" : "; INSERT INTO members VALUES (") : ",(") + id +
              ",'" + ExternalNumber(i) + "','Member " + id + "'," + std::to_string(kBirthDay) + "," +
              std::to_string(i % options_.centers + 1) + ")";
    }
    return text + "; INSERT INTO accounts SELECT id FROM members; COMMIT; ";
  }

  Values CreateValues(const Span& span) const {
    if (options_.batch == 1) {
      const Service& s = (*services_)[span.first];
      return {s.create_id,
              kRecorder,
              ExternalNumber(s.volunteer),
              ExternalNumber(s.beneficiary),
              CenterCode(s.center),
              s.category,
              std::to_string(s.start_minute),
              std::to_string(s.end_minute),
              ""};
    }
    const auto array = [&](auto field) { return ArrayOf(*services_, span, field); };
    return {array([](const Service& s) { return s.create_id; }),
            kRecorder,
            array([](const Service& s) { return ExternalNumber(s.volunteer); }),
            array([](const Service& s) { return ExternalNumber(s.beneficiary); }),
            array([](const Service& s) { return CenterCode(s.center); }),
            array([](const Service& s) { return s.category; }),
            array([](const Service& s) { return std::to_string(s.start_minute); }),
            array([](const Service& s) { return std::to_string(s.end_minute); }),
            array([](const Service&) { return std::string(); })};
  }

  Values ConfirmValues(const Span& span) const {
    if (options_.batch == 1) {
      return {(*services_)[span.first].confirm_id, kConfirmer, std::to_string(records_[span.first])};
    }
    std::string records = "{";
    for (size_t i = span.first; i < span.first + span.count; ++i) {
      records += (i > span.first ? "," : "") + std::to_string(records_[i]);
    }
    return {ArrayOf(*services_, span, [](const Service& s) { return s.confirm_id; }), kConfirmer, records + "}"};
  }

  bool TakeRecords(const Span& span, const char* answer) {
    const std::vector<int64_t> records = ParseAnswers(answer);
    if (records.size() != span.count) return Fail("create", answer);
    for (size_t i = 0; i < span.count; ++i) {
      if (records[i] <= 0) return Fail("create: refused", answer);
      records_[span.first + i] = records[i];
    }
    return true;
  }

  bool TakeMinutes(const Span& span, const char* answer) const {
    const std::vector<int64_t> minutes = ParseAnswers(answer);
    if (minutes.size() != span.count) return Fail("confirm", answer);
    for (size_t i = 0; i < span.count; ++i) {
      const Service& service = (*services_)[span.first + i];
      if (minutes[i] != service.end_minute - service.start_minute) return Fail("confirm: not all minutes credited", answer);
    }
    return true;
  }

  const DriverOptions& options_;
  const std::vector<Service>* services_ = nullptr;
  std::vector<Connection> pool_;
  std::vector<int64_t> records_;
};

}  // namespace
}  // namespace timebank::benchmark

int main(int argc, char** argv) {
  return timebank::benchmark::RunDriver(
      argc, argv, [](const timebank::benchmark::DriverOptions& options) -> timebank::benchmark::Driver* {
        return new timebank::benchmark::PostgresDriver(options);
      });
}
