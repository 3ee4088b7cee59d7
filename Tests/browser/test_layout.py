"""The page at a phone's width, in the dark, enlarged, and for people who do not see it."""

import pytest

SIZES = [(320, 568), (360, 640), (390, 844), (667, 375), (768, 1024), (1280, 800), (320, 256)]


@pytest.mark.parametrize("width, height", SIZES)
def test_no_horizontal_scroll_and_the_pin_in_reach(hotpin, width, height):
    page = hotpin(width=width, height=height, touch=width < 700).page
    # A long answer, a long word and a long notice are there too.
    page.evaluate("""
        document.getElementById('log').innerHTML = '<article class="entry"><p class="question">' + 'word '.repeat(60)
            + '</p><p class="answer">' + 'x'.repeat(300) + '</p><p class="took">1 s</p>'
            + '<div class="bar small">' + '<span class="span" data-part="wait"></span>'.repeat(6) + '</div></article>';
        document.getElementById('partial').hidden = false;
        document.getElementById('partial').textContent = 'y'.repeat(200);
        document.getElementById('notice').hidden = false;
        document.getElementById('notice').textContent = 'A sentence that is long. '.repeat(6);
    """)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    page.evaluate("document.getElementById('talk').scrollIntoView()")
    box = page.evaluate(
        "(({ left, right, top, bottom }) => [left, right, top, bottom])"
        "(document.getElementById('talk').getBoundingClientRect())"
    )
    assert box[0] >= 0 and box[1] <= width and box[2] >= 0 and box[3] <= height
    assert box[1] - box[0] >= 44, "too small for a finger"


CONTRAST = """
(() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (element) => {
        for (let e = element; e; e = e.parentElement) {
            const style = getComputedStyle(e);
            // Of a gradient the lightest and the darkest stop count.
            const stops = style.backgroundImage.match(/rgba?\\([^)]*\\)/g);
            if (stops) return stops.map(numbers);
            const colour = numbers(style.backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return [colour];
        }
        return [[255, 255, 255]];
    };
    const found = [];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!own || !element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
        const ink = light(numbers(getComputedStyle(element).color));
        for (const ground of behind(element).map(light)) {
            const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
            found.push([Math.round(ratio * 100) / 100, element.tagName + '.' + element.className + ' ' + element.id]);
        }
    }
    return found;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phase", ["idle", "offline", "listening", "thinking", "speaking", "attending", "hearing", "held"])
def test_contrast_of_every_text(hotpin, scheme, phase):
    page = hotpin().page
    page.media(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    page.evaluate(f"""
        document.body.dataset.phase = '{phase}';
        document.querySelector('.steps li').classList.add('current');
        document.getElementById('log').innerHTML = '<article class="entry"><p class="question">Q</p>'
            + '<p class="answer">A</p><p class="took">1 s</p></article>'
            + '<article class="entry"><p class="answer saying"><span class="heard">A</span> <span>B</span></p></article>'
            + '<article class="entry"><p class="answer cut"><span class="heard">A</span> <span>B</span></p></article>'
            + '<article class="entry announcement"><p class="label">L</p><p class="answer">A</p></article>';
        for (const id of ['notice', 'times', 'retry', 'partial']) document.getElementById(id).hidden = false;
        document.getElementById('notice').textContent = 'Notice';
        document.getElementById('partial').innerHTML = '<span class="stable">S</span><span class="rest">R</span>';
        document.getElementById('left').textContent = '5 s left';
        document.getElementById('times-parts').innerHTML = '<div class="part"><dt>D</dt><dd>1 ms</dd></div>';
    """)
    found = page.evaluate(CONTRAST)
    assert len(found) > 15
    assert [entry for entry in found if entry[0] < 4.5] == []


def test_dark_and_light_differ(hotpin):
    page = hotpin().page
    grounds = []
    for scheme in ("light", "dark"):
        page.media(prefers_color_scheme=scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds[0] != grounds[1]


def test_reduced_motion_moves_nothing_by_itself(hotpin):
    page = hotpin().page
    page.media(prefers_reduced_motion="reduce")
    page.until("document.getAnimations().length === 0")
    for phase in ("opening", "thinking", "transcribing", "attending", "hearing", "held"):
        page.evaluate(f"document.body.dataset.phase = '{phase}'")
        assert page.evaluate("document.getAnimations().length") == 0


def test_everything_has_a_name_and_a_role(hotpin):
    page = hotpin().page
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    named = {(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n.get("ignored")}
    roles = {role for role, _ in named}
    assert {"button", "log", "status", "meter", "radio", "heading", "main"} <= roles, roles
    for role, name in named:
        if role in ("button", "radio", "meter", "log", "heading", "group"):
            assert name, f"a {role} has no name"


def test_everything_comes_from_the_server_itself(hotpin):
    page = hotpin().page
    origins = page.evaluate("[...new Set(performance.getEntriesByType('resource').map((e) => new URL(e.name).origin))]")
    assert origins == [page.evaluate("location.origin")]
