"""The property graph: model, stores, snapshots, the gate and its views, measures."""
