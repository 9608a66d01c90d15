#include "kernels/dnnl_matmul.h"

namespace seqlab {

dnnl::engine& cpu_engine() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::matmul::primitive_desc matmul_description(const dnnl::memory::desc& a, const dnnl::memory::desc& b,
                                                const dnnl::memory::desc& c, const dnnl::primitive_attr& attributes) {
#if DNNL_VERSION_MAJOR >= 3
  return {cpu_engine(), a, b, c, attributes};
#else
  return {dnnl::matmul::desc(a, b, c), attributes, cpu_engine()};
#endif
}

dnnl::primitive_attr adding() {
  dnnl::post_ops sum;
  sum.append_sum(1.0F);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(sum);
  return attributes;
}

}  // namespace seqlab
