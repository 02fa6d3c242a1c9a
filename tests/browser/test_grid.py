"""A grid of figures under the hands of a coordinator: keys, a block from Excel, what goes wrong."""

import pytest
from playwright.sync_api import Locator, Page, expect

from faults.product import Product
from tests.browser.axe import serious_findings
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.browser

GRID = "/indicators/st_enterprises/grid/?units=40&end=2025&count=4"


@pytest.fixture(scope="module", autouse=True)
def _measured_in_communes(product: Product) -> None:
    """No published figure is, and the coordinator's own province is one row."""
    product.manage(
        "shell",
        "-c",
        "from indicators.models import Indicator\n"
        "Indicator.objects.filter(code='st_enterprises').update(levels=['province', 'commune'])",
    )


class Grid:
    """Cells by row and column, counted from 0; each test has rows of its own."""

    def __init__(self, page: Page, top: int = 0) -> None:
        self.page, self.top = page, top
        page.goto(GRID)

    def cell(self, row: int, column: int) -> Locator:
        rows = self.page.locator(".grid tbody tr")
        return rows.nth(self.top + row).locator("td").nth(column)

    def field(self, row: int, column: int) -> Locator:
        return self.cell(row, column).locator(".form-control")

    def type(self, row: int, column: int, text: str) -> None:
        self.field(row, column).fill(text)
        self.field(row, column).press("Enter")

    def paste(self, row: int, column: int, text: str) -> None:
        self.field(row, column).focus()
        self.page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const given = {clipboardData: data, bubbles: true, cancelable: true};
              document.activeElement.dispatchEvent(new ClipboardEvent("paste", given));
            }""",
            text,
        )


def saved(cell: Locator) -> None:
    expect(cell.locator(".status")).to_have_text("Đã lưu")


def test_arrows_enter_tab_and_escape_as_in_a_sheet(sign_in: SignIn) -> None:
    grid = Grid(sign_in("coordinator"))
    keyboard = grid.page.keyboard
    grid.field(0, 0).focus()
    for key, row, column in (
        ("ArrowDown", 1, 0),
        ("ArrowRight", 1, 1),
        ("ArrowUp", 0, 1),
        ("ArrowLeft", 0, 0),
        ("Tab", 0, 1),
        ("Enter", 1, 1),
        ("Shift+Enter", 0, 1),
        ("ArrowUp", 0, 1),
    ):
        keyboard.press(key)
        expect(grid.field(row, column)).to_be_focused()
    keyboard.type("12,5")
    keyboard.press("ArrowLeft")
    expect(grid.field(0, 1)).to_be_focused()  # Inside the text the caret moves.
    keyboard.press("Escape")
    expect(grid.field(0, 1)).to_have_value("")
    keyboard.type("12,5")
    keyboard.press("Enter")
    expect(grid.field(1, 1)).to_be_focused()
    saved(grid.cell(0, 1))
    expect(grid.page.locator("[data-news]")).to_have_text("Đã lưu 1 ô.")
    grid.page.reload()
    expect(grid.field(0, 1)).to_have_value("12,5")
    expect(grid.cell(0, 2)).to_contain_text("kỳ trước 12,5")
    assert serious_findings(grid.page) == []


def test_a_block_from_excel_is_saved_at_once_and_what_lies_outside_is_told(
    sign_in: SignIn,
) -> None:
    grid = Grid(sign_in("coordinator"), top=3)
    sent: list[str] = []
    grid.page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    block = "1.234,5\t1.235\t1.236,5\t1.237\r\n" * 2 + "1.234,5\tabc\t1.236,5\t1.237\r\n"
    grid.paste(0, 0, block)
    for row in range(3):
        for column in range(4):
            if (row, column) != (2, 1):
                saved(grid.cell(row, column))
    expect(grid.field(1, 0)).to_have_value("1.234,5")
    expect(grid.field(1, 1)).to_have_value("1.235")
    expect(grid.cell(2, 1)).to_contain_text("không phải là số")
    expect(grid.field(2, 1)).to_have_value("abc")
    assert len(sent) == 1
    grid.paste(3, 2, "1\t2\t3")
    saved(grid.cell(3, 3))
    expect(grid.page.locator("[data-outside]")).to_contain_text(": 1")
    grid.page.reload()
    expect(grid.field(0, 0)).to_have_value("1.234,5")
    expect(grid.field(2, 1)).to_have_value("abc")  # Not saved, not lost either.
    expect(grid.cell(2, 1)).to_contain_text("không phải là số")


def test_a_far_figure_is_confirmed_in_its_cell(sign_in: SignIn) -> None:
    grid = Grid(sign_in("coordinator"), top=8)
    grid.type(0, 0, "100")
    saved(grid.cell(0, 0))
    grid.type(0, 1, "1000")
    box = grid.cell(0, 1).get_by_role("checkbox")
    expect(box).to_be_visible()
    expect(grid.cell(0, 1)).to_contain_text("100")
    box.focus()
    grid.page.keyboard.press("Space")
    saved(grid.cell(0, 1))
    expect(grid.field(0, 1)).to_be_focused()


def test_what_a_colleague_recorded_meanwhile_is_shown_and_asked_about(sign_in: SignIn) -> None:
    mine, theirs = (Grid(sign_in("coordinator"), top=10) for _who in range(2))
    theirs.type(0, 0, "20")
    saved(theirs.cell(0, 0))
    mine.type(0, 0, "21")
    expect(mine.cell(0, 0)).to_contain_text("đã ghi 20")
    expect(mine.cell(0, 0)).to_contain_text("số đang nhập là 21")
    expect(mine.field(0, 0)).to_have_value("21")
    mine.cell(0, 0).get_by_role("button", name="Giữ số đã ghi").click()
    expect(mine.field(0, 0)).to_have_value("20")
    expect(mine.field(0, 0)).to_be_focused()
    mine.type(0, 0, "22")
    saved(mine.cell(0, 0))
    theirs.type(0, 0, "23")
    theirs.cell(0, 0).get_by_role("checkbox").click()
    saved(theirs.cell(0, 0))
    theirs.page.reload()
    expect(theirs.field(0, 0)).to_have_value("23")
    expect(theirs.cell(0, 0)).to_contain_text("trước đó 22")


def test_without_a_connection_a_cell_keeps_its_text_and_is_sent_again(sign_in: SignIn) -> None:
    grid = Grid(sign_in("coordinator"), top=12)
    grid.page.context.set_offline(True)
    grid.type(0, 0, "5")
    again = grid.cell(0, 0).get_by_role("button", name="Thử lại")
    expect(again).to_be_visible()
    expect(grid.field(0, 0)).to_have_value("5")
    grid.page.context.set_offline(False)
    again.click()
    saved(grid.cell(0, 0))
    expect(grid.field(0, 0)).to_be_focused()


def test_an_ended_session_costs_one_sign_in_and_no_figure(
    sign_in: SignIn, product: Product
) -> None:
    grid = Grid(sign_in("coordinator"), top=14)
    grid.page.context.clear_cookies(name="sessionid")
    grid.type(0, 0, "6")
    expect(grid.cell(0, 0)).to_contain_text("Phiên làm việc đã hết")
    grid.cell(0, 0).get_by_role("link").click()
    account = product.credentials["users"]["coordinator"]
    grid.page.fill("input[name=username]", account["username"])
    grid.page.fill("input[name=password]", account["password"])
    grid.page.press("input[name=password]", "Enter")
    saved(grid.cell(0, 0))
    expect(grid.field(0, 0)).to_have_value("6")


def test_without_script_one_save_keeps_the_good_cells_and_names_the_others(
    sign_in: SignIn,
) -> None:
    grid = Grid(sign_in("coordinator", script=False), top=16)
    grid.field(0, 0).fill("1.234,5")
    grid.field(0, 1).fill("abc")
    grid.field(1, 0).fill("7")
    grid.page.get_by_role("button", name="Lưu", exact=True).click()
    expect(grid.page.locator(".message.success")).to_contain_text("Đã lưu 2 ô.")
    expect(grid.page.locator(".error-summary li")).to_have_count(1)
    expect(grid.field(0, 1)).to_have_value("abc")
    grid.field(0, 1).fill("9999")
    grid.page.get_by_role("button", name="Lưu", exact=True).click()
    grid.cell(0, 1).get_by_role("checkbox").check()
    grid.page.get_by_role("button", name="Lưu", exact=True).click()
    expect(grid.page.locator(".error-summary")).to_have_count(0)
    grid.page.goto(GRID)
    expect(grid.field(0, 1)).to_have_value("9.999")


def test_on_a_telephone_one_period_is_a_list_of_units(sign_in: SignIn) -> None:
    grid = Grid(sign_in("coordinator"), top=18)
    grid.page.set_viewport_size({"width": 360, "height": 640})
    expect(grid.field(0, 3)).to_be_visible()
    expect(grid.field(0, 2)).to_be_hidden()
    grid.page.locator(".grid-periods label", has_text="2024").click()
    expect(grid.field(0, 2)).to_be_visible()
    expect(grid.field(0, 3)).to_be_hidden()
    box = grid.field(0, 2).bounding_box()
    assert box
    assert box["height"] >= 44
    grid.type(0, 2, "8")
    saved(grid.cell(0, 2))
    expect(grid.field(1, 2)).to_be_focused()
    assert grid.page.evaluate("document.documentElement.scrollWidth") == 360
