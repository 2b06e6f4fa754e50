"""Convolutions and pooling."""
import torch

INF, NAN = float("inf"), float("nan")


def draw(*shape):
    """Numbers of two digits, which print short."""
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def cases(case):
    convolutions(case)
    transposed_convolutions(case)
    general_convolution(case)
    averages(case)
    maxima(case)
    adaptive(case)


def convolutions(case):
    bias = draw(4)
    case("conv1d", draw(2, 3, 9), draw(4, 3, 3), bias)
    case("conv1d", draw(2, 3, 9), draw(4, 3, 3), None, [2], [1], [2])
    case("conv1d", draw(3, 7), draw(4, 3, 2), bias)
    case("conv1d.padding", draw(1, 3, 6), draw(4, 3, 4), bias, [1], "same", [1])
    case("conv1d.padding", draw(1, 3, 6), draw(4, 3, 3), bias, [2], "valid")
    case("conv2d", draw(2, 3, 5, 6), draw(4, 3, 3, 2), bias)
    case("conv2d", draw(1, 4, 6, 7), draw(6, 2, 3, 3), None, [2, 1], [1, 2], [1, 2], 2)
    case("conv2d", draw(1, 4, 5, 5), draw(4, 1, 3, 3), bias, [1], [1], [1], 4)
    case("conv2d", draw(1, 2, 4, 4), draw(4, 1, 1, 1), bias, [2, 2], [0, 0], [1, 1], 2)
    case("conv2d", draw(2, 3, 1, 1), draw(4, 3, 1, 1), bias)
    case("conv2d", draw(3, 5, 4), draw(4, 3, 2, 2), bias, [1, 1], [1, 0])
    case("conv2d", draw(1, 1, 2, 2), draw(1, 1, 1, 1), None, [1, 1], [2, 2])
    case("conv2d.padding", draw(1, 2, 4, 5), draw(3, 2, 2, 4), None, [1, 1], "same", [2, 1])
    case("conv3d", draw(1, 2, 4, 3, 5), draw(4, 2, 2, 3, 2), bias)
    case("conv3d", draw(1, 2, 4, 4, 4), draw(2, 1, 3, 2, 3), None, [1, 2, 2], [1, 0, 1], [1, 1, 1], 2)
    case("conv3d.padding", draw(1, 1, 2, 3, 3), draw(1, 1, 2, 2, 3), None, [1, 1, 1], "same")
    # More columns than one panel, and a last panel that is not full.
    case("conv2d", draw(1, 1, 7, 6), draw(1, 1, 1, 1))


def transposed_convolutions(case):
    bias = draw(4)
    case("conv_transpose1d", draw(2, 3, 5), draw(3, 4, 3), bias)
    case("conv_transpose1d", draw(1, 3, 5), draw(3, 4, 3), None, [2], [1], [1])
    case("conv_transpose1d", draw(1, 4, 4), draw(4, 2, 2), bias, [3], [0], [2], 2, [2])
    case("conv_transpose1d", draw(3, 4), draw(3, 4, 5), bias, [1], [2], [0], 1, [2])
    case("conv_transpose2d.input", draw(2, 3, 3, 4), draw(3, 4, 3, 3), bias, [2, 2], [1, 1], [1, 1])
    case("conv_transpose2d.input", draw(1, 4, 3, 3), draw(4, 1, 2, 3), bias, [1, 3], [0, 1], [0, 0], 4)
    case("conv_transpose2d.input", draw(1, 2, 3, 3), draw(2, 2, 3, 3), None, [2, 3], [1, 0], [1, 2], 2, [2, 1])
    # A stride beyond the kernel leaves positions that read nothing.
    case("conv_transpose2d.input", draw(1, 2, 2, 3), draw(2, 4, 1, 2), bias, [3, 4], [0, 0], [1, 3])
    case("conv_transpose2d.input", draw(1, 1, 2, 2), draw(1, 1, 3, 3), None, [4, 2], [0, 1], [0, 0], 1, [2, 4])
    case("conv_transpose3d.input", draw(1, 2, 2, 3, 2), draw(2, 4, 2, 3, 2), bias)
    case("conv_transpose3d.input", draw(1, 4, 2, 2, 2), draw(4, 2, 3, 3, 2), bias, [2, 2, 1], [1, 0, 1], [1, 0, 0], 2)
    case("conv_transpose3d.input", draw(2, 2, 2, 2), draw(2, 2, 2, 2, 2), None, [1, 1, 2])


def general_convolution(case):
    none = [0, 0]
    case("convolution", draw(1, 2, 4, 4), draw(3, 2, 3, 3), draw(3), [1, 1], [1, 1], [1, 1], False, none, 1)
    case("convolution", draw(1, 4, 4, 4), draw(4, 2, 3, 2), None, [2, 1], [1, 0], [1, 2], False, none, 2)
    case("convolution", draw(1, 4, 3, 3), draw(4, 2, 3, 3), draw(4), [2, 2], [1, 1], [1, 1], True, [1, 1], 2)
    case("convolution", draw(2, 2, 5), draw(3, 2, 3), None, [1], [0], [1], False, [0], 1)
    case("convolution", draw(1, 1, 2, 2, 3), draw(1, 2, 2, 1, 2), draw(2), [1] * 3, [0] * 3, [1] * 3, True, [0] * 3, 1)


def averages(case):
    case("avg_pool1d", draw(2, 2, 7), [3], [2], [1])
    case("avg_pool1d", draw(2, 7), [2])
    case("avg_pool1d", draw(1, 1, 7), [3], [2], [1], True, False)
    case("avg_pool1d", draw(1, 1, 7), [4], [3], [2], True, True)
    plane = draw(1, 2, 6, 7)
    case("avg_pool2d", plane, [2, 3])
    for ceil in (False, True):
        for padded in (False, True):
            case("avg_pool2d", plane, [3, 3], [2, 2], [1, 1], ceil, padded)
    case("avg_pool2d", plane, [3], [4], [1], True)
    case("avg_pool2d", plane, [3, 2], [2, 2], [1, 0], True, True, 5)
    case("avg_pool2d", draw(2, 4, 4), [2, 2], [], [1, 1], False, False, -3)
    solid = draw(1, 2, 4, 5, 3)
    case("avg_pool3d", solid, [2, 2, 2])
    case("avg_pool3d", solid, [3, 2, 3], [2, 2, 2], [1, 1, 1], True, False)
    case("avg_pool3d", solid, [3, 2, 3], [2, 2, 2], [1, 1, 1], True, True)
    case("avg_pool3d", solid, [2, 3, 2], [1, 2, 2], [0, 1, 1], False, True, 7)


def maxima(case):
    special = torch.tensor([[[1.0, NAN, NAN, 0.0, -INF, -INF, -INF, 3.0, 3.0, INF]]], dtype=torch.float64)
    for form in (([3], [1]), ([3], [2], [1]), ([2], [2], [1], [3]), ([2], [2]), ([3], [3], [1], [1], True)):
        case("max_pool1d_with_indices", special, *form)
    case("max_pool1d", draw(2, 2, 9), [3], [1], [1], [2])
    case("max_pool1d", draw(2, 9), [4])
    plane = draw(1, 2, 6, 7)
    case("max_pool2d", plane, [2, 3])
    case("max_pool2d", plane, [3, 3], [2, 2], [1, 1])
    case("max_pool2d", plane, [3], [2], [1], [1], True)
    case("max_pool2d", plane, [2, 3], [2, 2], [1, 1], [3, 2], True)
    case("max_pool2d", draw(2, 5, 5), [2, 2], [3, 3], [0, 0], [1, 1], True)
    case("max_pool2d_with_indices", plane, [3, 3], [1, 2], [1, 0])
    case("max_pool2d_with_indices", plane, [2, 2], [2, 2], [1, 1], [2, 3], True)
    case("max_pool2d_with_indices", torch.zeros(1, 1, 3, 4, dtype=torch.float64), [2, 2], [1, 1], [1, 1])
    case("max_pool2d", (plane * 100).to(torch.int64), [2, 2])
    solid = draw(1, 2, 4, 5, 4)
    case("max_pool3d", solid, [2, 2, 2])
    case("max_pool3d_with_indices", solid, [2, 3, 2], [2, 2, 1], [1, 1, 0], [1, 2, 1], True)


def adaptive(case):
    case("adaptive_avg_pool1d", draw(1, 2, 7), [3])
    case("adaptive_avg_pool1d", draw(2, 5), [7])
    case("adaptive_avg_pool2d", draw(1, 2, 5, 7), [3, 2])
    case("adaptive_avg_pool2d", draw(1, 2, 3, 4), [1, 1])
    case("_adaptive_avg_pool2d", draw(2, 3, 5), [2, 5])
    case("adaptive_avg_pool3d", draw(1, 2, 3, 4, 5), [2, 3, 2])
    case("adaptive_max_pool1d", draw(1, 2, 7), [3])
    case("adaptive_max_pool2d", draw(1, 2, 5, 7), [3, 2])
    case("adaptive_max_pool3d", draw(2, 3, 4, 3), [2, 2, 3])
