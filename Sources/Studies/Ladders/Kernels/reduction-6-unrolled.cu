// Sums of blocks of x: the compiler knows the block's size and unrolls every step.
//
// Blocks have 256 threads.
constexpr int threads = 256;

extern "C" __global__ __launch_bounds__(threads) void reduce(const float *x, float *sums, int n) {
    __shared__ float values[threads];
    const int t = threadIdx.x, i = blockIdx.x * threads * 2 + t, j = i + threads;
    values[t] = (i < n ? x[i] : 0.0f) + (j < n ? x[j] : 0.0f);
    __syncthreads();
#pragma unroll
    for (int distance = threads / 2; distance > 32; distance /= 2) {
        if (t < distance) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t < 32) {
        float sum = values[t] + values[t + 32];
#pragma unroll
        for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_down_sync(0xffffffffu, sum, distance);
        if (t == 0) sums[blockIdx.x] = sum;
    }
}
