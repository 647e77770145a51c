"""Somebody who has no mouse: every step is a key, and where they are is always to be seen."""

SEEN = """selector => {
  const here = document.activeElement;
  if (!here || here === document.body) return {at: '', marked: true, hit: false};
  const marked = e => {
    const look = getComputedStyle(e);
    const ring = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    return ring || look.boxShadow !== 'none';
  };
  let shown = false;
  for (let e = here, up = 0; e && up < 3; e = e.parentElement, up++) shown ||= marked(e);
  const box = here.getBoundingClientRect();
  return {
    at: here.outerHTML.slice(0, 160), marked: shown, hit: here.matches(selector),
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""
MOST_STEPS = 120


class Keyboard:
    """The keys of one page; every stop on the way must show that it has the focus."""

    def __init__(self, page):
        self.page = page
        self.faults = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def go_to(self, selector):
        """Tab until what this selects has the focus."""
        for _step in range(MOST_STEPS):
            seen = self.page.evaluate(SEEN, selector)
            assert seen["marked"], f"the focus cannot be seen on {seen['at']}"
            if seen["hit"]:
                assert seen["inside"], f"the focus is out of sight on {seen['at']}"
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab on {self.page.url}")

    def type(self, selector, text):
        self.go_to(selector)
        self.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name, value):
        """Choose among radio buttons with the arrow keys."""
        self.go_to(f'input[type=radio][name="{name}"]')
        wanted = f'input[type=radio][name="{name}"][value="{value}"]'
        for _step in range(MOST_STEPS):
            if self.page.evaluate(SEEN, wanted)["hit"]:
                break
            self.press("ArrowDown")
        self.press("Space")
        assert self.page.locator(wanted).is_checked()

    def follow(self, selector, key="Enter"):
        """Go to what leads to another page, and press it."""
        self.go_to(selector)
        with self.page.expect_navigation():
            self.press(key)
        assert self.faults == []
