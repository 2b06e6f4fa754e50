// Adds 1 to each of n elements.
extern "C" __global__ void addOne(float *x, float *y, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = x[i] + 1.0f;
}
