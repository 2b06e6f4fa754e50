// Sums of blocks of 64.
extern "C" __global__ void sums(float *x, float *y, int n) {
    __shared__ float values[64];
    const int t = threadIdx.x;
    values[t] = x[blockIdx.x * 64 + t];
    __syncthreads();
    for (int distance = 32; distance > 0; distance /= 2) {
        if (t < distance) values[t] += values[t + distance];
        __syncthreads();
    }
    if (t == 0) y[blockIdx.x] = values[0];
}
