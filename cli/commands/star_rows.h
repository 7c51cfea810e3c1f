// Applications, awards and needs of stars as rows of tables.
#ifndef TIMEBANK_CLI_COMMANDS_STAR_ROWS_H_
#define TIMEBANK_CLI_COMMANDS_STAR_ROWS_H_

#include <string>
#include <vector>

#include "cli/commands/context.h"
#include "cli/text/table.h"
#include "timebank/v1/star.pb.h"

namespace timebank::cli {

std::vector<Column> ApplicationColumns(const Context& context);
std::vector<Cell> ApplicationRow(const v1::StarApplication& application, const Context& context);
std::vector<Column> AwardColumns(const Context& context);
std::vector<Cell> AwardRow(const v1::StarAward& award, const Context& context);
// "4.50" from hundredths.
std::string Evaluation(int32_t hundredths);
std::vector<Column> NeedsColumns(const Context& context);
std::vector<Cell> NeedsRow(const v1::StarNeeds& needs, const Context& context);

}  // namespace timebank::cli

#endif  // TIMEBANK_CLI_COMMANDS_STAR_ROWS_H_
