#include "cli/command.h"

namespace seqlab {

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      run_command(),     status_command(), compare_command(), plot_command(),    show_command(),
      predict_command(), diff_command(),   logs_command(),    sql_command(),     tag_command(),
      note_command(),    rm_command(),     export_command(),  import_command(),  jobs_command(),
      collect_command(), data_command(),   vectors_command(), plugins_command(), keys_command(),
      new_command(),     build_command(),  check_command(),   bench_command(),   completion_command(),
  };
  return all;
}

}  // namespace seqlab
