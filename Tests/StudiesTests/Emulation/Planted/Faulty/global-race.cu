// The sum of one element of each block, which all blocks add to one word at once.
extern "C" __global__ void total(float *x, float *y, int n) {
    if (threadIdx.x == 0) y[0] += x[blockIdx.x];  // BUG
}
