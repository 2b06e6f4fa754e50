// y = softmax of each row of x, n × n in row order, n a multiple of 128: a block of 128 threads computes one row.
//
// Threads read vectors side by side, and keep the largest element and the sum of exponentials relative to it in one
// pass (Milakov and Gimelshein, arXiv:1805.02867); warps combine theirs by shuffles. A second one writes the quotients.
constexpr int threads = 128, warps = threads / 32;
constexpr float lowest = -3.402823466e+38f;

// Some elements: the largest, and the sum of the exponentials of all less it.
struct Part {
    float largest, sum;
};

// Two lowest elements differ by 0, where infinite ones would differ by no number; their sums are 0.
__device__ __forceinline__ Part joined(Part one, Part other) {
    const float largest = fmaxf(one.largest, other.largest);
    return {largest, one.sum * expf(one.largest - largest) + other.sum * expf(other.largest - largest)};
}

extern "C" __global__ __launch_bounds__(threads) void softmax(const float *x, float *y, int n) {
    __shared__ Part parts[warps];
    const int t = threadIdx.x;
    const float4 *from = reinterpret_cast<const float4 *>(x + blockIdx.x * n);
    float4 *to = reinterpret_cast<float4 *>(y + blockIdx.x * n);
    Part part = {lowest, 0.0f};
    for (int i = t; i < n / 4; i += threads) {
        const float4 v = from[i];
        const float largest = fmaxf(fmaxf(v.x, v.y), fmaxf(v.z, v.w));
        const float sum = expf(v.x - largest) + expf(v.y - largest) + expf(v.z - largest) + expf(v.w - largest);
        part = joined(part, {largest, sum});
    }
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2) {
        const float largest = __shfl_xor_sync(0xffffffffu, part.largest, distance);
        const float sum = __shfl_xor_sync(0xffffffffu, part.sum, distance);
        part = joined(part, {largest, sum});
    }
    if (t % 32 == 0) parts[t / 32] = part;
    __syncthreads();
    part = parts[0];
#pragma unroll
    for (int warp = 1; warp < warps; ++warp) part = joined(part, parts[warp]);
    const float factor = 1.0f / part.sum;
    for (int i = t; i < n / 4; i += threads) {
        const float4 v = from[i];
        to[i] = make_float4(
            expf(v.x - part.largest) * factor, expf(v.y - part.largest) * factor, expf(v.z - part.largest) * factor,
            expf(v.w - part.largest) * factor);
    }
}
