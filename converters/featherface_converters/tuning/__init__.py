"""Quantization-aware fine-tuning: the last steps of a training, taken on an exporter's own grids.

Own fake quantization, because torchao 0.18.0 (torch 2.13.0) offers PT2E, `prepare_qat_pt2e` and
`convert_pt2e`, but what these make does not carry to all three formats. Tried in November 2026 with
full, depthwise and 1x1 convolutions, a sum, a gate, a concatenation and a pool:

- ONNX: torch.onnx.export writes QuantizeLinear and DequantizeLinear, and ONNX Runtime 1.31.1 agrees
  within 0.4 %; but only what convolutions read is quantized, all else runs in float.
- LiteRT: litert-torch 0.10.0 fails. With folded kernels its converter wants quantized types where
  it finds plain int8, with unfolded ones it writes an invalid module.
- OpenVINO 2026.4.1 refuses folded kernels (int8 and float32 meet in one sum), and reads unfolded
  ones, but rounds where that quantizer put it, not where NNCF 3.4.0 does.

The grids are those of its own observers besides, never those that the exporters measured.
"""
