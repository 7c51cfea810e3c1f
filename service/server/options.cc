#include "service/server/options.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "service/base/civil.h"

namespace timebank::server {
namespace {

constexpr char kVersion[] = "timebankd 0.1.0";
constexpr int kEvening = 18;

void AddIdentityProvider(CLI::App* app, auth::JwtSettings* jwt) {
  const auto add = [app](const char* flag, const char* variable, std::string* value, const char* help) {
    app->add_option(flag, *value, help)->envname(variable)->capture_default_str()->type_name("TEXT");
  };
  add("--jwt-keys", "TIMEBANK_JWT_KEYS", &jwt->keys,
      "Also take signed JSON Web Tokens (EdDSA, ES256, RS256) of an identity provider: file of its public keys (JWKS)");
  add("--jwt-issuer", "TIMEBANK_JWT_ISSUER", &jwt->issuer, "Who issued them (iss)");
  add("--jwt-audience", "TIMEBANK_JWT_AUDIENCE", &jwt->audience, "For whom they are (aud)");
  add("--jwt-bank-claim", "TIMEBANK_JWT_BANK_CLAIM", &jwt->bank_claim, "The claim that names the bank");
  add("--jwt-principal-claim", "TIMEBANK_JWT_PRINCIPAL_CLAIM", &jwt->principal_claim, "The claim that names the principal");
  add("--jwt-member-claim", "TIMEBANK_JWT_MEMBER_CLAIM", &jwt->member_claim, "The claim that names a member, by number");
}

// A token is for the master keys, and is named whole or not at all.
void AddKeys(CLI::App* app, KeysPlace* keys) {
  app->add_option("--keys", keys->folder,
                  "Folder of the secret keys of this store and no other, apart from the data; DIR/keys when not named")
      ->envname("TIMEBANK_KEYS")
      ->type_name("DIR");
  privacy::Pkcs11Place* const token = &keys->token;
  CLI::Option* const module =
      app->add_option(
             "--pkcs11-module", token->module,
             "Keep the master keys in a token, not in files: library of its PKCS#11 module. They are made there and\n"
             "never leave it; the key of digests stays a file. To be given from the first start on")
          ->envname("TIMEBANK_PKCS11_MODULE")
          ->type_name("FILE");
  CLI::Option* const label = app->add_option("--pkcs11-token", token->token, "The token's label")
                                 ->envname("TIMEBANK_PKCS11_TOKEN")
                                 ->type_name("TEXT");
  CLI::Option* const pin =
      app->add_option("--pkcs11-pin-file", token->pin_file, "File with the PIN of its user, for the owner's eyes only")
          ->envname("TIMEBANK_PKCS11_PIN_FILE")
          ->type_name("FILE");
  module->needs(label)->needs(pin);
  label->needs(module);
  pin->needs(module);
}

}  // namespace

std::optional<Options> ReadOptions(int argc, const char* const* argv, int* exit_code) {
  Options options;
  CLI::App app{"The time bank's service: keeps the journal in a data folder and serves timebank.v1.", "timebankd"};
  app.add_option("--data", options.data, "Data folder; made when it is absent")
      ->envname("TIMEBANK_DATA")
      ->required()
      ->type_name("DIR");
  AddKeys(&app, &options.keys);
  app.add_option("--listen", options.listen,
                 "unix:PATH or IP:PORT; port 0 takes a free one. An address that others reach needs --tls-cert")
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
  std::string credentials = "required";
  app.add_option("--credentials", credentials,
                 "required: callers show a token. none: whoever reaches the address is trusted and says who she is;\n"
                 "only for an address of this machine")
      ->envname("TIMEBANK_CREDENTIALS")
      ->capture_default_str()
      ->check(CLI::IsMember({"required", "none"}));
  app.add_flag(
      "--set-up", options.set_up_again,
      "Make the one-time credential of a first start again: when every administrator's token is lost, or to deal with the\n"
      "master keys where there are several banks");
  app.add_flag("--accept-missing-keys", options.key_decisions.accept_missing,
               "Once: members' keys that are missing are lost for good, with what they sealed, which is remembered from "
               "then on. Only\n"
               "when no copy of members.keys has them");
  app.add_flag(
      "--destroy-unnamed-keys", options.key_decisions.destroy_unnamed,
      "Destroy the keys that no member's row names, and damaged ones: once, after an older members.keys was put back");
  app.add_flag("--debuggable", options.debuggable,
               "Let debuggers and core files see the memory, with keys and names in it; never where real people are kept");
  AddIdentityProvider(&app, &options.jwt);
  app.add_option("--calls-per-second", options.limits.calls_per_second,
                 "As many calls may one caller make; ten times as many may come from one address; 0: any number")
      ->envname("TIMEBANK_CALLS_PER_SECOND")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  app.add_option("--calls-at-once", options.limits.calls_at_once, "As many may be under way; likewise")
      ->envname("TIMEBANK_CALLS_AT_ONCE")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  app.set_version_flag("--version", kVersion);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // how CLI11 reports, --help included
    *exit_code = app.exit(error);
    return std::nullopt;
  }
  options.credentials_required = credentials == "required";
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
