#include "service/server/options.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"

namespace timebank::server {
namespace {

constexpr char kVersion[] = "timebankd 0.1.0";
constexpr int kEvening = 18;

}  // namespace

std::optional<Options> ReadOptions(int argc, const char* const* argv, int* exit_code) {
  Options options;
  CLI::App app{"The time bank's service: keeps the journal in a data folder and serves timebank.v1 on this machine.",
               "timebankd"};
  app.add_option("--data", options.data, "Data folder; made when it is absent")
      ->envname("TIMEBANK_DATA")
      ->required()
      ->type_name("DIR");
  app.add_option("--keys", options.keys, "Folder of the secret keys, apart from the data; DIR/keys when not named")
      ->envname("TIMEBANK_KEYS")
      ->type_name("DIR");
  app.add_option("--listen", options.listen, "unix:PATH, 127.0.0.1:PORT or [::1]:PORT; port 0 takes a free one")
      ->envname("TIMEBANK_LISTEN")
      ->capture_default_str()
      ->type_name("ADDRESS");
  app.add_option(
         "--clock", options.clock,
         "Start the service's clock at this moment and let it run from there, to try a past day's list; for example\n"
         "2026-11-20T18:00:00+08:00, or a date, which means 18:00 of that day")
      ->type_name("MOMENT");
  app.add_option("--tls-cert", options.tls.certificate,
                 "Serve TLS with this certificate (PEM); read again when it changes, without a restart")
      ->envname("TIMEBANK_TLS_CERT")
      ->type_name("FILE");
  app.add_option("--tls-key", options.tls.key, "Its private key (PEM), for the owner's eyes only")
      ->envname("TIMEBANK_TLS_KEY")
      ->type_name("FILE");
  app.add_option("--tls-client-ca", options.tls.client_authority, "Callers must show a certificate of this authority (PEM)")
      ->envname("TIMEBANK_TLS_CLIENT_CA")
      ->type_name("FILE");
  app.set_version_flag("--version", kVersion);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // how CLI11 reports, --help included
    *exit_code = app.exit(error);
    return std::nullopt;
  }
  return options;
}

absl::StatusOr<absl::Time> ParseClock(absl::string_view text) {
  absl::Time moment;
  std::string error;
  if (const std::optional<absl::CivilDay> day = base::ParseIsoDay(text)) {
    moment = absl::FromCivil(absl::CivilHour(*day) + kEvening, base::BankTimeZone());
  } else if (!absl::ParseTime(absl::RFC3339_full, text, &moment, &error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--clock takes a moment such as 2026-11-20T18:00:00+08:00 or a date, not ", text));
  }
  const absl::CivilDay day = base::LocalDay(moment);
  if (day.year() < 1990 || day.year() > 2200) {
    return absl::InvalidArgumentError("--clock takes the years 1990 to 2200");
  }
  return moment;
}

}  // namespace timebank::server
