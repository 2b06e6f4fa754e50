// Repeats each element of the first half of blocks of 64.
extern "C" __global__ void repeats(float *x, float *y, int n) {
    __shared__ float values[64];
    const int t = threadIdx.x, i = blockIdx.x * 64 + t;
    values[t] = x[i];
    __syncthreads();
    y[i] = values[t / 2];
}
