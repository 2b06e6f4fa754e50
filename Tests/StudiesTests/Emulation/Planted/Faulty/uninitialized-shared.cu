// Exchanges neighbours within blocks of 64, of which 48 were stored.
extern "C" __global__ void exchange(float *x, float *y, int n) {
    __shared__ float values[64];
    const int t = threadIdx.x, i = blockIdx.x * 64 + t;
    if (t < 48) values[t] = x[i];
    __syncthreads();
    y[i] = values[t ^ 1];  // BUG
}
