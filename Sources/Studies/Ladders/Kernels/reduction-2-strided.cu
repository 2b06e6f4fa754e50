// Sums of blocks of x: interleaved pairs, taken by the first threads.
//
// The lanes that work stand together now, but their words lie a power of two apart: more and more of them in one bank.
// The block is a power of two, and dynamic shared memory holds a float for each of its threads.
extern "C" __global__ void reduce(const float *x, float *sums, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    values[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int distance = 1; distance < blockDim.x; distance *= 2) {
        const int place = 2 * distance * t;
        if (place < blockDim.x) values[place] += values[place + distance];
        __syncthreads();
    }
    if (t == 0) sums[blockIdx.x] = values[0];
}
