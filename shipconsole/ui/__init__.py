"""The window, its panels, and its dialogs. Qt lives here and in `app` only."""

from shipconsole.ui.kit.layout_items import mend_layouts

mend_layouts()
