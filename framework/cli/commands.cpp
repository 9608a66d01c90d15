#include "cli/command.h"

namespace seqlab {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{run_command(),   status_command(),  compare_command(),
                                        show_command(),  sql_command(),     plugins_command(),
                                        check_command(), build_command(),   bench_command(),
                                        data_command()};
  return all;
}

}  // namespace seqlab
