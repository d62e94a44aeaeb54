"""strip_metadata.py FROM TO: a checkpoint's tensors as somebody's own PyTorch program would save them."""

import sys

from safetensors.torch import load_file, save_file

save_file(load_file(sys.argv[1]), sys.argv[2])
print("{}")
