"""Activations and the family of softmax."""
import torch

INF, NAN = float("inf"), float("nan")


def line():
    return torch.tensor([-INF, -800, -6, -3, -1, -0.5, -0.2, 0, 0.2, 0.5, 1, 3, 6, 30, 800, INF, NAN],
                        dtype=torch.float64)


def cases(case):
    x = line()
    for name in ("relu", "relu6", "sigmoid", "tanh", "silu", "mish", "hardsigmoid", "hardswish", "selu", "log_sigmoid",
                 "hardshrink", "softshrink", "celu", "elu", "gelu", "leaky_relu", "hardtanh", "softplus"):
        # What 0 · inf gives differs from machine to machine in these.
        case(name, x[1:-2] if name in ("gelu", "mish", "silu", "hardswish", "selu", "elu", "celu") else x)
    finite = x[1:-2]
    for name in ("relu_", "sigmoid_", "silu_", "mish_", "hardsigmoid_", "hardswish_", "selu_", "celu_", "elu_",
                 "hardtanh_", "leaky_relu_", "gelu_"):
        case(name, finite[3:8].clone())
    case("hardtanh", x, 0.0, 6.0)
    case("leaky_relu", x, 0.2)
    case("elu", finite, 0.5, 2.0, 1.5)
    case("celu", finite, 0.4)
    case("gelu", finite, approximate="tanh")
    case("softplus", x, 2.0, 3.0)
    case("hardshrink", x, 1.0)
    case("softshrink", x, 1.0)
    case("threshold", x, 0.5, -7.0)
    case("prelu", finite.reshape(1, 2, 7), torch.tensor([0.1, 3.0], dtype=torch.float64))
    case("prelu", finite, torch.tensor([0.25], dtype=torch.float64))
    case("glu", finite.reshape(2, 7).T.contiguous())
    case("glu", finite[:12].reshape(2, 2, 3), 1)
    lines(case)


def lines(case):
    x = torch.randn(3, 4, 2, dtype=torch.float64).mul(50).round() / 10
    case("logsumexp", x, [1])
    case("logsumexp", x, [0, 2], True)
    case("logsumexp", x, [-1, 1])
    case("logsumexp", torch.tensor([[INF, 1], [-INF, -INF], [NAN, 0], [900, 900]], dtype=torch.float64), [1])
    case("logsumexp", torch.tensor(2.0, dtype=torch.float64), [0])
    for name in ("softmax.int", "log_softmax.int"):
        for axis in (0, 1, -1):
            case(name, x, axis)
    case("batch_norm", x, None, None, torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64), True,
         0.1, 1e-5, False)
