// Sums of blocks of x: each thread adds two elements before anything is shared.
//
// Half as many blocks, in which no thread is idle in the first step. The block is a power of two, and dynamic shared
// memory holds a float for each of its threads.
extern "C" __global__ void reduce(const float *x, float *sums, int n) {
    extern __shared__ float values[];
    const int t = threadIdx.x, i = blockIdx.x * blockDim.x * 2 + t, j = i + blockDim.x;
    values[t] = (i < n ? x[i] : 0.0f) + (j < n ? x[j] : 0.0f);
    __syncthreads();
    for (int distance = blockDim.x / 2; distance > 0; distance /= 2) {
        if (t < distance) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t == 0) sums[blockIdx.x] = values[0];
}
