// Forward and backward pass of a small convolution network on the processor.
//
// Libraries lay pixels out for networks with hundreds of channels; with 4 to 16 they reach a few per cent of what the
// processor can do. Here sixteen pictures lie side by side in the innermost dimension, so that every operation works
// on sixteen numbers at once whatever the number of channels is, and every shift by a pixel is an aligned load.
//
// A "block" is 16 pictures. Buffers are (channels, height + 2 HALO, width + 2 HALO, 16) floats. The halo of stored
// values repeats the border; the halo of gradients is zero, which means that gradients do not flow through repeated
// borders (the loss leaves a margin out anyway).

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

namespace {

constexpr int LANES = 16;
constexpr int HALO = 2;
typedef float Vec __attribute__((vector_size(LANES * 4)));

enum Activation { NONE = 0, RELU = 1, CRELU = 2 };

inline Vec zero() { return Vec{} ; }
inline Vec splat(float v) { return Vec{} + v; }
inline Vec positive(Vec v) { return v > 0.0f ? v : zero(); }

// Room for so many vectors, aligned as they must be, and zero; whoever asked for it frees it.
Vec *room(size_t count) {
    const size_t bytes = count * sizeof(Vec);   // a multiple of the alignment, as aligned_alloc wants it
    void *data = std::aligned_alloc(alignof(Vec), bytes);
    if (!data) throw std::bad_alloc();
    return static_cast<Vec *>(std::memset(data, 0, bytes));
}

struct Buffer {
    int channels = 0, height = 0, width = 0;
    Vec *data = nullptr;
    void make(int c, int h, int w) {
        channels = c; height = h; width = w;
        data = room(size_t(c) * (h + 2 * HALO) * (w + 2 * HALO));
    }
    void release() { std::free(data); data = nullptr; }
    size_t stride() const { return width + 2 * HALO; }
    Vec *row(int c, int y) const { return data + (size_t(c) * (height + 2 * HALO) + y + HALO) * stride() + HALO; }
    void repeat_border() const {
        for (int c = 0; c < channels; ++c) {
            for (int y = 0; y < height; ++y) {
                Vec *line = row(c, y);
                for (int i = 1; i <= HALO; ++i) { line[-i] = line[0]; line[width - 1 + i] = line[width - 1]; }
            }
            const size_t bytes = stride() * sizeof(Vec);
            for (int i = 1; i <= HALO; ++i) {
                std::memcpy(row(c, -i) - HALO, row(c, 0) - HALO, bytes);
                std::memcpy(row(c, height - 1 + i) - HALO, row(c, height - 1) - HALO, bytes);
            }
        }
    }
};

struct Layer {
    int outputs, kernel, activation;
    std::vector<int> inputs;   // buffer numbers; 0 is the source
    size_t offset;             // of its weights in the packed array: [input][channel][sign][ky][kx][output], then biases
};

// PX pixels of a row, all of COUT outputs, accumulated over one channel's KxK window. `sign` 0 takes the values as
// they are, 1 their positive and 2 their negative parts.
template <int COUT, int K, int PX>
inline void gather(Vec (&acc)[PX][COUT], const Buffer &in, int c, int y, int x, const float *w, int sign) {
    constexpr int R = K / 2;
    for (int ky = 0; ky < K; ++ky) {
        const Vec *line = in.row(c, y + ky - R) + x - R;
        Vec v[PX + K - 1];
#pragma GCC unroll 16
        for (int i = 0; i < PX + K - 1; ++i) {
            v[i] = line[i];
            if (sign == 1) v[i] = positive(v[i]);
            if (sign == 2) v[i] = positive(-v[i]);
        }
#pragma GCC unroll 8
        for (int kx = 0; kx < K; ++kx) {
#pragma GCC unroll 16
            for (int o = 0; o < COUT; ++o) {
                const Vec weight = splat(w[(ky * K + kx) * COUT + o]);
#pragma GCC unroll 8
                for (int p = 0; p < PX; ++p) acc[p][o] += weight * v[p + kx];
            }
        }
    }
}

template <int COUT, int K, int PX>
void forward_row(const Layer &layer, const std::vector<Buffer> &values, const Buffer &out, const float *weights, int y) {
    const int width = out.width;
    for (int x = 0; x < width; x += PX) {
        Vec acc[PX][COUT];
        const float *w = weights;
        size_t total = 0;
        for (int input : layer.inputs)
            total += size_t(values[input].channels) * (input && layer.activation == CRELU ? 2 : 1) * K * K * COUT;
        for (int o = 0; o < COUT; ++o)
            for (int p = 0; p < PX; ++p) acc[p][o] = splat(weights[total + o]);
        for (int input : layer.inputs) {
            const Buffer &in = values[input];
            const int activation = input ? layer.activation : NONE;
            for (int c = 0; c < in.channels; ++c) {
                if (activation == NONE) gather<COUT, K, PX>(acc, in, c, y, x, w, 0);
                else gather<COUT, K, PX>(acc, in, c, y, x, w, 1);
                w += K * K * COUT;
                if (activation == CRELU) { gather<COUT, K, PX>(acc, in, c, y, x, w, 2); w += K * K * COUT; }
            }
        }
        for (int o = 0; o < COUT; ++o)
            for (int p = 0; p < PX; ++p) out.row(o, y)[x + p] = acc[p][o];
    }
}

template <int COUT, int K>
void forward_layer(const Layer &layer, const std::vector<Buffer> &values, const Buffer &out, const float *weights) {
    constexpr int PX = COUT <= 4 ? 4 : COUT <= 8 ? 3 : COUT <= 12 ? 2 : 1;
    for (int y = 0; y < out.height; ++y) forward_row<COUT, K, PX>(layer, values, out, weights, y);
}

// Gradient of the weights: sums over a row for one channel, one ky, all kx and OG outputs.
template <int K, int OG, int SIGNS>
void weight_row(const Buffer &in, int c, int ky, const Buffer &grad, int o0, int y, Vec *sums, int couts, bool plain) {
    constexpr int R = K / 2;
    Vec acc[SIGNS][K][OG];
    for (auto &a : acc) for (auto &b : a) for (auto &d : b) d = zero();
    const Vec *line = in.row(c, y + ky - R) - R;
    const Vec *g[OG];
    for (int o = 0; o < OG; ++o) g[o] = grad.row(o0 + o, y);
    const int width = grad.width;
    for (int x = 0; x < width; ++x) {
        Vec gv[OG];
#pragma GCC unroll 8
        for (int o = 0; o < OG; ++o) gv[o] = g[o][x];
#pragma GCC unroll 8
        for (int kx = 0; kx < K; ++kx) {
            const Vec v = line[x + kx];
            const Vec p = plain ? v : positive(v);
#pragma GCC unroll 8
            for (int o = 0; o < OG; ++o) acc[0][kx][o] += p * gv[o];
            if (SIGNS == 2) {
                const Vec n = p - v;
#pragma GCC unroll 8
                for (int o = 0; o < OG; ++o) acc[SIGNS - 1][kx][o] += n * gv[o];
            }
        }
    }
    for (int s = 0; s < SIGNS; ++s)
        for (int kx = 0; kx < K; ++kx)
            for (int o = 0; o < OG; ++o) sums[(size_t(s) * K * K + ky * K + kx) * couts + o0 + o] += acc[s][kx][o];
}

template <int K>
void weight_gradient(const Layer &layer, const std::vector<Buffer> &values, const Buffer &grad, Vec *sums) {
    const int couts = layer.outputs;
    for (int y = 0; y < grad.height; ++y) {
        Vec *base = sums;
        for (int input : layer.inputs) {
            const Buffer &in = values[input];
            const int activation = input ? layer.activation : NONE;
            const int signs = activation == CRELU ? 2 : 1;
            for (int c = 0; c < in.channels; ++c) {
                for (int ky = 0; ky < K; ++ky)
                    for (int o = 0; o < couts;) {
                        const bool plain = activation == NONE, four = couts - o >= 4;
                        if (signs == 2 && four) weight_row<K, 4, 2>(in, c, ky, grad, o, y, base, couts, false);
                        else if (signs == 2) weight_row<K, 1, 2>(in, c, ky, grad, o, y, base, couts, false);
                        else if (four) weight_row<K, 4, 1>(in, c, ky, grad, o, y, base, couts, plain);
                        else weight_row<K, 1, 1>(in, c, ky, grad, o, y, base, couts, plain);
                        o += four ? 4 : 1;
                    }
                base += size_t(signs) * K * K * couts;
            }
        }
        for (int o = 0; o < couts; ++o)
            for (int x = 0; x < grad.width; ++x) base[o] += grad.row(o, y)[x];
    }
}

// Gradient of one input: IC of its channels for PX pixels at a time.
template <int K, int IC, int PX, bool TWO>
void input_gradient(const Buffer &in, const Buffer &target, const Buffer &grad, const float *w, int couts, int activation) {
    constexpr int R = K / 2;
    constexpr int S = TWO ? 2 : 1;
    for (int c0 = 0; c0 < in.channels; c0 += IC) {
        const float *block = w + size_t(c0) * S * K * K * couts;
        for (int y = 0; y < in.height; ++y)
            for (int x = 0; x < in.width; x += PX) {
                Vec acc[S][IC][PX];
                for (auto &a : acc) for (auto &b : a) for (auto &d : b) d = zero();
                for (int o = 0; o < couts; ++o)
                    for (int ky = 0; ky < K; ++ky) {
                        const Vec *line = grad.row(o, y - ky + R) + x - R;
                        Vec v[PX + K - 1];
#pragma GCC unroll 16
                        for (int i = 0; i < PX + K - 1; ++i) v[i] = line[i];
#pragma GCC unroll 8
                        for (int kx = 0; kx < K; ++kx)
#pragma GCC unroll 8
                            for (int i = 0; i < IC; ++i)
#pragma GCC unroll 2
                                for (int s = 0; s < S; ++s) {
                                    const Vec weight = splat(block[((size_t(i) * S + s) * K * K + ky * K + kx) * couts + o]);
#pragma GCC unroll 8
                                    for (int p = 0; p < PX; ++p) acc[s][i][p] += weight * v[p + 2 * R - kx];
                                }
                    }
                for (int i = 0; i < IC; ++i) {
                    const Vec *value = in.row(c0 + i, y) + x;
                    Vec *to = target.row(c0 + i, y) + x;
                    for (int p = 0; p < PX; ++p) {
                        Vec g = acc[0][i][p];
                        if (activation == RELU) g = value[p] > 0.0f ? g : zero();
                        if (TWO) g = value[p] > 0.0f ? g : -acc[S - 1][i][p];
                        to[p] += g;
                    }
                }
            }
    }
}

struct Net {
    int height, width;
    std::vector<Layer> layers;
    std::vector<Buffer> values, gradients;
    size_t weights = 0;
    Vec *sums = nullptr;   // one for each weight

    Net(int h, int w) : height(h), width(w) {}
    Net(const Net &) = delete;
    ~Net() {
        for (Buffer &b : values) b.release();
        for (Buffer &b : gradients) b.release();
        std::free(sums);
    }
};

// While it lives, the smallest numbers (subnormals) are zero for this thread: gradients that fade are no slower than
// others. The bits are those of the control register MXCSR: flush to zero, denormals are zero.
class Flushing {
#ifdef __SSE__
    static constexpr unsigned FTZ = 0x8000, DAZ = 0x0040;
    unsigned before = _mm_getcsr();

public:
    Flushing() { _mm_setcsr(before | FTZ | DAZ); }
    ~Flushing() { _mm_setcsr(before); }
#else
public:
    Flushing() {}
#endif
    Flushing(const Flushing &) = delete;
};

}  // namespace

extern "C" {

// `shape`: source channels, number of layers, then for each layer outputs, kernel, activation, number of inputs, inputs.
// Null where there is no room; nothing may be thrown through the callers, which are not C++.
void *chain_create(const int32_t *shape, int32_t height, int32_t width) try {
    auto net = std::make_unique<Net>(height, width);
    const int channels = *shape++, count = *shape++;
    net->values.resize(count + 1);
    net->gradients.resize(count + 1);
    net->values[0].make(channels, height, width);
    for (int i = 0; i < count; ++i) {
        Layer layer;
        layer.outputs = *shape++; layer.kernel = *shape++; layer.activation = *shape++;
        const int inputs = *shape++;
        size_t features = 0;
        for (int j = 0; j < inputs; ++j) {
            layer.inputs.push_back(*shape++);
            const int input = layer.inputs.back();
            features += size_t(net->values[input].channels) * (input && layer.activation == CRELU ? 2 : 1);
        }
        layer.offset = net->weights;
        net->weights += (features * layer.kernel * layer.kernel + 1) * layer.outputs;
        net->values[i + 1].make(layer.outputs, height, width);
        net->gradients[i + 1].make(layer.outputs, height, width);
        net->layers.push_back(layer);
    }
    net->sums = room(net->weights);
    return net.release();
} catch (const std::bad_alloc &) {
    return nullptr;
}

void chain_destroy(void *handle) { delete static_cast<Net *>(handle); }

// source: (channels, height, width, 16); result: (outputs of the last layer, height, width, 16).
int32_t chain_forward(void *handle, const float *source, const float *weights, float *result) {
    const Flushing flushing;
    Net *net = static_cast<Net *>(handle);
    const size_t line = net->width * sizeof(Vec);
    const char *from = reinterpret_cast<const char *>(source);
    for (int c = 0; c < net->values[0].channels; ++c)
        for (int y = 0; y < net->height; ++y, from += line) std::memcpy(net->values[0].row(c, y), from, line);
    net->values[0].repeat_border();
    for (size_t i = 0; i < net->layers.size(); ++i) {
        const Layer &layer = net->layers[i];
        const Buffer &out = net->values[i + 1];
        const float *w = weights + layer.offset;
#define CASE(C, K) case C * 8 + K: forward_layer<C, K>(layer, net->values, out, w); break;
#define CASES(C) CASE(C, 1) CASE(C, 3) CASE(C, 5)
        switch (layer.outputs * 8 + layer.kernel) {
            CASES(1) CASES(4) CASES(8) CASES(12) CASES(16)
            default: return 1;
        }
#undef CASES
#undef CASE
        if (i + 1 < net->layers.size()) out.repeat_border();
    }
    const Buffer &last = net->values.back();
    char *to = reinterpret_cast<char *>(result);
    for (int c = 0; c < last.channels; ++c)
        for (int y = 0; y < net->height; ++y, to += line) std::memcpy(to, last.row(c, y), line);
    return 0;
}

// gradient: of the result, same shape; weight_gradient: as many numbers as there are weights, overwritten.
int32_t chain_backward(void *handle, const float *gradient, const float *weights, float *weight_gradients) {
    const Flushing flushing;
    Net *net = static_cast<Net *>(handle);
    const size_t line = net->width * sizeof(Vec);
    for (size_t i = 1; i < net->gradients.size(); ++i) {
        const Buffer &g = net->gradients[i];
        std::memset(g.data, 0, size_t(g.channels) * (g.height + 2 * HALO) * g.stride() * sizeof(Vec));
    }
    const Buffer &last = net->gradients.back();
    const char *from = reinterpret_cast<const char *>(gradient);
    for (int c = 0; c < last.channels; ++c)
        for (int y = 0; y < net->height; ++y, from += line) std::memcpy(last.row(c, y), from, line);
    Vec *sums = net->sums;
    std::memset(sums, 0, net->weights * sizeof(Vec));
    for (size_t i = net->layers.size(); i-- > 0;) {
        const Layer &layer = net->layers[i];
        const Buffer &grad = net->gradients[i + 1];
        switch (layer.kernel) {
            case 1: weight_gradient<1>(layer, net->values, grad, sums + layer.offset); break;
            case 3: weight_gradient<3>(layer, net->values, grad, sums + layer.offset); break;
            case 5: weight_gradient<5>(layer, net->values, grad, sums + layer.offset); break;
            default: return 1;
        }
        const float *w = weights + layer.offset;
        for (int input : layer.inputs) {
            const Buffer &in = net->values[input];
            const bool two = input && layer.activation == CRELU;
            if (input) {
                const Buffer &to = net->gradients[input];
                const int a = layer.activation;
                if (layer.kernel == 3 && two) input_gradient<3, 4, 3, true>(in, to, grad, w, layer.outputs, a);
                else if (layer.kernel == 3) input_gradient<3, 4, 4, false>(in, to, grad, w, layer.outputs, a);
                else if (layer.kernel == 1 && two) input_gradient<1, 4, 3, true>(in, to, grad, w, layer.outputs, a);
                else if (layer.kernel == 1) input_gradient<1, 4, 4, false>(in, to, grad, w, layer.outputs, a);
                else if (two) input_gradient<5, 4, 3, true>(in, to, grad, w, layer.outputs, a);
                else input_gradient<5, 4, 4, false>(in, to, grad, w, layer.outputs, a);
            }
            w += size_t(in.channels) * (two ? 2 : 1) * layer.kernel * layer.kernel * layer.outputs;
        }
    }
    for (size_t i = 0; i < net->weights; ++i) {
        float total = 0;
        for (int l = 0; l < LANES; ++l) total += sums[i][l];
        weight_gradients[i] = total;
    }
    return 0;
}

}  // extern "C"
