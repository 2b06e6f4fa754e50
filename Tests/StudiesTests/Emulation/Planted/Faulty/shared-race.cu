// Histograms of blocks of 64, in which threads count into one word at once.
extern "C" __global__ void histogram(float *x, float *y, int n) {
    __shared__ float bins[8];
    const int t = threadIdx.x, i = blockIdx.x * 64 + t;
    if (t < 8) bins[t] = 0.0f;
    __syncthreads();
    bins[(int)x[i] % 8] += 1.0f;  // BUG
    __syncthreads();
    if (t < 8) y[blockIdx.x * 8 + t] = bins[t];
}
