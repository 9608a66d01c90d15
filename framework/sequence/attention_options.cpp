#include "sequence/attention_options.h"

namespace seqlab {

Schema<AttentionOptions> attention_schema() {
  return Schema<AttentionOptions>("what surrounds any attention score")
      .add("heads", &AttentionOptions::heads, in_range(1, 1024),
           "scores side by side, each on its part of projected queries, keys and values (Vaswani et al., 2017)")
      .add("key_width", &AttentionOptions::key_width, in_range(0, 65536),
           "numbers that query and memory are projected to before they are compared, all heads together; 0: as the query "
           "with "
           "several heads, no projection with one")
      .add("value_width", &AttentionOptions::value_width, in_range(0, 65536),
           "numbers that the memory is projected to before it is summed, all heads together; 0: as the memory with several "
           "heads, no projection with one")
      .add("window", &AttentionOptions::window, one_of({"global", "local_m", "local_p"}),
           "positions looked at: all; those around the query's own place; those around a predicted place, the nearer the "
           "more "
           "(Luong et al., 2015)")
      .add("width", &AttentionOptions::width, in_range(1, 100000), "local windows: positions on either side of their centre")
      .add("monotonic", &AttentionOptions::monotonic,
           "local_p: the predicted place only moves forward from step to step (Tjandra et al., 2017)")
      .add("coverage", &AttentionOptions::coverage,
           "a learned multiple of the attention that a position has had so far is added to its score (after Tu et al., "
           "2016)");
}

OptionValues attention_settings(const OptionValues& given) {
  OptionValues own;
  for (const auto& [name, value] : given) {
    if (name.find('.') == std::string::npos) own[name] = value;
  }
  OptionValues settings = attention_schema().complete(own);
  const auto window = std::get<std::string>(settings.at("window"));
  if (window == "global") settings.erase("width");
  if (window != "local_p") settings.erase("monotonic");
  return settings;
}

}  // namespace seqlab
