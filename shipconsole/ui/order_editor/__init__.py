"""The order editor: packs and ships the open order, and shows what its platforms receive."""
