// Sums of blocks of x: the last 64 values are one warp's, which needs no barrier.
//
// Lanes of a warp are not in step by themselves since compute capability 7.0: they exchange values by shuffles, which
// wait for all of them. The block is a power of two from 64 on, and dynamic shared memory holds a float for each of its
// threads.
extern "C" __global__ void reduce(const float *x, float *sums, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x, i = blockIdx.x * blockDim.x * 2 + t, j = i + blockDim.x;
    values[t] = (i < n ? x[i] : 0.0f) + (j < n ? x[j] : 0.0f);
    __syncthreads();
    for (int distance = blockDim.x / 2; distance > 32; distance /= 2) {
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
