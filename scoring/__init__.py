"""The calculator: values in, values out; no clock, environment, network, log or AWS."""
