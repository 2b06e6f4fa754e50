// c = a · b for n × n matrices in row order, n a multiple of 32: neighbouring threads compute neighbouring columns.
//
// The lanes of a warp read one element of a together, and 32 successive ones of b.
//
// kw: launch sgemm grid=32,32 block=1024,1 args=a,b,matmul,int32:1024
constexpr int tile = 32;

extern "C" __global__ __launch_bounds__(tile * tile) void sgemm(const float *a, const float *b, float *c, int n) {
    const int row = blockIdx.y * tile + threadIdx.x / tile;
    const int column = blockIdx.x * tile + threadIdx.x % tile;
    float sum = 0.0f;
    for (int k = 0; k < n; ++k) sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
}
