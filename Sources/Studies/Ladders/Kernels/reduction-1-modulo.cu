// Sums of blocks of x: interleaved pairs, found by a remainder.
//
// Every other thread, then every fourth, … adds: the lanes that work are spread over all warps until the end. The
// block is a power of two, and dynamic shared memory holds a float for each of its threads.
extern "C" __global__ void reduce(const float *x, float *sums, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    values[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int distance = 1; distance < blockDim.x; distance *= 2) {
        if (t % (2 * distance) == 0) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t == 0) sums[blockIdx.x] = values[0];
}
