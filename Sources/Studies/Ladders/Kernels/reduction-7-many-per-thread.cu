// Sums of parts of x: a fixed number of blocks walks over all of it.
//
// Each thread adds many elements before anything is shared, so that the steps in shared memory hardly count. Blocks
// have 256 threads.
constexpr int threads = 256;

extern "C" __global__ __launch_bounds__(threads) void reduce(const float *x, float *sums, int n) {
    __shared__ float values[threads];
    const int t = threadIdx.x;
    float own = 0.0f;
    for (int i = blockIdx.x * threads * 2 + t; i < n; i += gridDim.x * threads * 2) {
        const int j = i + threads;
        own += x[i] + (j < n ? x[j] : 0.0f);
    }
    values[t] = own;
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
