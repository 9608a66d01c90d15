#include "cli/command.h"

namespace seqlab {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      run_command(),     status_command(), compare_command(), show_command(),  sql_command(),   data_command(),
      plugins_command(), new_command(),    build_command(),   check_command(), bench_command(), completion_command(),
  };
  return all;
}

}  // namespace seqlab
