"""From rows to model dimensions: samples, transforms, dimensions, settings of a fit."""
