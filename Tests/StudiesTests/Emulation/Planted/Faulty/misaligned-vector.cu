// Copies vectors of four; those of the second block begin one element late.
extern "C" __global__ void copy(float *x, float *y, int n) {
    const int i = (blockIdx.x * blockDim.x + threadIdx.x) * 4;
    *(float4 *)(y + i) = *(const float4 *)(x + i + blockIdx.x);  // BUG
}
