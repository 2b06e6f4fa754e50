"""Matrix products and normalizations."""
import torch

NAN = float("nan")


def draw(*shape):
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def cases(case):
    case("linear", draw(2, 3, 4), draw(5, 4), draw(5))
    case("linear", draw(4), draw(5, 4))
    case("linear", draw(0, 4), draw(3, 4), draw(3))
    # More outputs than one panel holds.
    case("linear", draw(2, 3), draw(19, 3))
    case("addmm", draw(5), draw(2, 3), draw(3, 5))
    case("addmm", draw(2, 1), draw(2, 3), draw(3, 5), beta=0.5, alpha=-2)
    case("addmm", torch.full((2, 2), NAN, dtype=torch.float64), draw(2, 3), draw(3, 2), beta=0)
    case("baddbmm", draw(2, 2, 2), draw(2, 2, 3), draw(2, 3, 2), beta=2, alpha=3)
    case("addmv", draw(2), draw(2, 3), draw(3))
    x = draw(2, 3, 4)
    case("rms_norm", x, [4])
    case("rms_norm", x, [3, 4], draw(3, 4), 1e-3)
    case("layer_norm", x, [4], draw(4), draw(4), 1e-2)
    case("group_norm", draw(2, 4, 3), 2, draw(4), draw(4))
    case("instance_norm", x, draw(3), draw(3), None, None, True, 0.1, 1e-5, False)
    for training in (True, False):
        case("batch_norm", x, draw(3), draw(3), draw(3), draw(3).abs(), training, 0.1, 1e-5, False)
