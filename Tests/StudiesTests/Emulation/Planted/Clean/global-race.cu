// The sum of one element of each block.
extern "C" __global__ void total(float *x, float *y, int n) {
    if (threadIdx.x == 0) atomicAdd(&y[0], x[blockIdx.x]);
}
