// Sums of blocks of x: the second half is added to the first, and so on.
//
// The words that a warp touches are successive: no bank conflict. The block is a power of two, and dynamic shared
// memory holds a float for each of its threads.
extern "C" __global__ void reduce(const float *x, float *sums, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
    values[t] = i < n ? x[i] : 0.0f;
    __syncthreads();
    for (int distance = blockDim.x / 2; distance > 0; distance /= 2) {
        if (t < distance) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t == 0) sums[blockIdx.x] = values[0];
}
