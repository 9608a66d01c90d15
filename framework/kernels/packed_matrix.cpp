#include "kernels/packed_matrix.h"

#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "kernels/bf16.h"
#include "kernels/dnnl_matmul.h"
#include "kernels/parallel.h"

namespace seqlab {
namespace {

using Desc = dnnl::memory::desc;
using Type = dnnl::memory::data_type;

/// A product whose right factor is packed: made once per shape and thread.
struct Product {
  dnnl::matmul primitive;
  dnnl::memory a, b, c;
  std::unordered_map<int, dnnl::memory> arguments;
};

struct Shapes {
  std::int64_t m, n, k;
  auto operator<=>(const Shapes&) const = default;
};

/// What a thread keeps between packed matrices. (oneDNN's scratch memory belongs to a thread, so a primitive must be made by
/// the one that runs it.)
class Kitchen {
 public:
  dnnl::stream& stream() { return stream_; }

  /// How a [k, n] matrix is best kept for m rows.
  const Desc& packed(const Shapes& s, Type type) {
    const auto key = std::tuple(s, type, threads());
    if (const auto found = orders_.find(key); found != orders_.end()) return found->second;
    const Desc a({s.m, s.k}, type, dnnl::memory::format_tag::ab);
    const Desc b({s.k, s.n}, type, dnnl::memory::format_tag::any);
    const Desc c({s.m, s.n}, Type::f32, dnnl::memory::format_tag::ab);
    return orders_.emplace(key, matmul_description(a, b, c, dnnl::primitive_attr()).weights_desc()).first->second;
  }

  Product& product(const Shapes& s, Type type, const Desc& b, std::int64_t lda, std::int64_t ldc, bool accumulate) {
    const auto key = std::tuple(s, type, lda, ldc, accumulate, threads());
    if (const auto found = products_.find(key); found != products_.end()) return found->second;
    const Desc a({s.m, s.k}, type, dnnl::memory::dims{lda, 1});
    const Desc c({s.m, s.n}, Type::f32, dnnl::memory::dims{ldc, 1});
    Product made;
    made.primitive = dnnl::matmul(matmul_description(a, b, c, accumulate ? adding() : dnnl::primitive_attr()));
    made.a = dnnl::memory(a, cpu_engine(), nullptr);
    made.b = dnnl::memory(b, cpu_engine(), nullptr);
    made.c = dnnl::memory(c, cpu_engine(), nullptr);
    made.arguments = {{DNNL_ARG_SRC, made.a}, {DNNL_ARG_WEIGHTS, made.b}, {DNNL_ARG_DST, made.c}};
    return products_.emplace(key, std::move(made)).first->second;
  }

  void reorder(const Desc& from, const void* data, const dnnl::memory& to) {
    dnnl::memory source(from, cpu_engine(), const_cast<void*>(data));
    dnnl::memory target = to;
    dnnl::reorder(source, target).execute(stream_, source, target);
    stream_.wait();
  }

  /// The rows of a tensor in bfloat16, until the next call.
  std::uint16_t* rounded(const Tensor& a) {
    const std::int64_t columns = a.columns();
    const auto size = static_cast<std::size_t>(a.rows() * columns);
    if (rounded_.size() < size) rounded_.resize(size);
    for (std::int64_t r = 0; r < a.rows(); ++r) round_to_bf16(a.row<float>(r), rounded_.data() + r * columns, columns);
    return rounded_.data();
  }

 private:
  static int threads() { return inside_parallel() ? 1 : thread_count(); }
  dnnl::stream stream_{cpu_engine()};
  std::map<std::tuple<Shapes, Type, int>, Desc> orders_;
  std::map<std::tuple<Shapes, Type, std::int64_t, std::int64_t, bool, int>, Product> products_;
  std::vector<std::uint16_t> rounded_;
};

Kitchen& kitchen() {
  thread_local Kitchen own;
  return own;
}

}  // namespace

struct PackedMatrix::Packed {
  Shapes shapes;
  Type type;
  dnnl::memory memory;
};

PackedMatrix::PackedMatrix(const Tensor& w, bool transpose, std::int64_t rows, Rounding rounding)
    : w_(w), transpose_(transpose) {
  constexpr std::int64_t kFewRows = 2;
  constexpr std::int64_t kSmall = 16;  // narrower ones are not worth it
  if (w.precision != Precision::f32 || rows < kFewRows || w.rows() < kSmall || w.columns() < kSmall) return;
  const Shapes shapes{rows, transpose ? w.rows() : w.columns(), transpose ? w.columns() : w.rows()};
  const auto strides = transpose ? dnnl::memory::dims{1, w.stride} : dnnl::memory::dims{w.stride, 1};
  Kitchen& own = kitchen();
  const Type type = rounding == Rounding::bf16 ? Type::bf16 : Type::f32;
  packed_ = std::make_unique<Packed>(Packed{shapes, type, dnnl::memory(own.packed(shapes, type), cpu_engine())});
  own.reorder(Desc({shapes.k, shapes.n}, Type::f32, strides), w.data, packed_->memory);
}

PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;
PackedMatrix::~PackedMatrix() = default;

void PackedMatrix::multiply(const Tensor& a, const Tensor& c, bool accumulate) const {
  if (packed_ == nullptr) {
    seqlab::multiply(a, false, w_, transpose_, c, accumulate);
    return;
  }
  const Shapes& s = packed_->shapes;
  expect(a.rows() == s.m && a.columns() == s.k && c.rows() == s.m && c.columns() == s.n, "shapes of a packed product");
  Kitchen& own = kitchen();
  const bool rounds = packed_->type == Type::bf16;
  Product& product =
      own.product(s, packed_->type, packed_->memory.get_desc(), rounds ? a.columns() : a.stride, c.stride, accumulate);
  product.a.set_data_handle(rounds ? own.rounded(a) : a.data);
  product.b.set_data_handle(packed_->memory.get_data_handle());
  product.c.set_data_handle(c.data);
  product.primitive.execute(own.stream(), product.arguments);
}

}  // namespace seqlab
