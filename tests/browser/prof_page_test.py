#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""prof_page_test.py VC7 SGEMM SPEEDSCOPE FOLDER: looks at the page and the trace of `vc7 prof` in headless Chromium.

Makes both of the sgemm example at size 256, works through the page at the widths of a desk and of a phone, and leaves
screenshots in FOLDER. SPEEDSCOPE is the folder of a built speedscope. `./dev browser` runs this with all it needs.
"""
import base64
import json
import os
import subprocess
import sys
import time
import unittest

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

VC7, SGEMM, SPEEDSCOPE, FOLDER = (os.path.abspath(path) for path in sys.argv[1:5])


def setUpModule():
    os.makedirs(FOLDER, exist_ok=True)
    captured = os.path.join(FOLDER, "captured")
    environment = dict(os.environ, VC7_DEVICE="sim", VC7_CAPTURE=captured)
    os.makedirs(captured, exist_ok=True)
    for name in os.listdir(captured):
        os.remove(os.path.join(captured, name))
    subprocess.run([SGEMM, "--size", "256"], env=environment, check=True, stdout=subprocess.DEVNULL)
    job = next(name for name in sorted(os.listdir(captured)) if name.endswith(".json"))
    subprocess.run([VC7, "prof", os.path.join(captured, job), "--html", os.path.join(FOLDER, "sgemm.html"),
                    "--chrome-trace", os.path.join(FOLDER, "trace.json")], check=True, stdout=subprocess.DEVNULL)


def open_browser(width, height, phone=False):
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-unsafe-swiftshader",
                     "--allow-file-access-from-files", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if phone:
        options.add_experimental_option("mobileEmulation", {
            "deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0, "touch": True}})
    return webdriver.Chrome(options=options)


class Page(unittest.TestCase):
    width, height, phone = 1280, 1000, False

    @classmethod
    def setUpClass(cls):
        cls.browser = open_browser(cls.width, cls.height, cls.phone)
        cls.browser.get("file://" + os.path.join(FOLDER, "sgemm.html"))

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()

    def script(self, text):
        return self.browser.execute_script("return " + text)

    def press(self, identifier):
        self.browser.execute_script(f"document.getElementById('{identifier}').click()")

    def picture(self):
        return self.script("document.getElementById('timeline').toDataURL()")

    def test_0_no_errors(self):
        self.assertEqual(self.browser.get_log("browser"), [])

    def test_1_says_that_times_are_modelled(self):
        self.assertIn("modelled", self.browser.find_element(By.ID, "origin").text)
        self.assertIn("none is measured", self.browser.find_element(By.ID, "origin").text)
        self.assertIn("modelled", self.browser.title)

    def test_2_no_sideways_scrolling(self):
        self.assertLessEqual(self.script("document.documentElement.scrollWidth"), self.width)

    def test_3_says_why_it_is_not_faster(self):
        text = self.browser.find_element(By.ID, "findings").text
        self.assertRegex(text, r"Arithmetic reaches 2\d % of the peak: 5\d % of the cycles issue an instruction, "
                               r"and 4\d % of the ALU slots")
        self.assertIn("mov 2", text)
        self.assertIn("rot 2", text)
        self.assertIn("SFU busy", text)

    def test_4_shares_add_up(self):
        shares = self.script("[...document.querySelectorAll('#slots tr')].map(row => Number(row.dataset.share))")
        self.assertGreater(len(shares), 4)
        self.assertAlmostEqual(sum(shares), 100, places=6)
        wide = self.script("[...document.querySelectorAll('#slots-bar div')].map(part => part.offsetWidth)")
        bar = self.script("document.getElementById('slots-bar').clientWidth")
        self.assertAlmostEqual(wide[0] / bar, shares[0] / 100, delta=0.05)

    def test_5_roofline(self):
        point = self.script("(p => [p.getAttribute('cx'), p.getAttribute('cy')].map(Number))"
                            "(document.getElementById('roofline-point'))")
        self.assertTrue(56 < point[0] < 704 and 16 < point[1] < 296, point)

    def test_5_numbers_of_memory(self):
        text = self.browser.find_element(By.ID, "memory").text
        self.assertRegex(text, r"TMU loads\s[\d,]+\n")
        self.assertRegex(text, r"L2T cache\s\d{2,3},\d{3} looked up, \d\d\.\d % found")

    def test_6_timeline_zooms(self):
        whole = self.picture()
        self.press("zoom-in")
        closer = self.picture()
        self.assertNotEqual(whole, closer)
        self.press("right")
        self.assertNotEqual(closer, self.picture())
        self.press("start")
        self.assertIn("exact", self.browser.find_element(By.ID, "window").text)
        self.browser.execute_script("document.getElementById('timeline').scrollIntoView({block: 'center'})")
        self.browser.save_screenshot(os.path.join(FOLDER, f"timeline-{self.width}.png"))
        self.press("whole")
        self.assertEqual(whole, self.picture())

    def test_7_keys_and_pointer(self):
        canvas = self.browser.find_element(By.ID, "timeline")
        whole = self.picture()
        self.browser.execute_script("document.getElementById('timeline').focus()")
        ActionChains(self.browser).send_keys("+").perform()
        self.assertNotEqual(whole, self.picture())
        ActionChains(self.browser).send_keys("0").perform()
        self.assertEqual(whole, self.picture())
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        ActionChains(self.browser).move_to_element(canvas).click().perform()
        self.assertRegex(self.browser.find_element(By.ID, "under").text, r"QPU \d+, cycle [\d,]+: ")

    def test_8_hottest_lines_lead_to_the_program(self):
        target = self.script("document.querySelector('#hottest a').getAttribute('href').slice(1)")
        self.assertTrue(self.script(f"document.getElementById('{target}').closest('#program') !== null"))
        self.assertIn("rot", self.script(f"document.getElementById('{target}').textContent"))

    def test_9_screenshot(self):
        self.press("whole")
        self.browser.execute_script("window.scrollTo(0, 0)")
        if not self.phone:
            self.browser.set_window_size(self.width, 2600)
        path = os.path.join(FOLDER, f"page-{self.width}.png")
        self.browser.save_screenshot(path)
        self.assertGreater(os.path.getsize(path), 20_000)


class Phone(Page):
    width, height, phone = 360, 2600, True


class Trace(unittest.TestCase):
    """What chrome://tracing and Perfetto ask of a trace."""

    def test_events(self):
        with open(os.path.join(FOLDER, "trace.json"), encoding="utf-8") as file:
            trace = json.load(file)
        self.assertIs(trace["otherData"]["simulated"], True)
        events = trace["traceEvents"]
        names = {event["args"]["name"] for event in events if event["ph"] == "M" and event["name"] == "process_name"}
        self.assertEqual(len(names), 12)
        spans = [event for event in events if event["ph"] == "X"]
        self.assertTrue({"issue", "SFU busy", "thread switch"} <= {event["name"] for event in spans})
        self.assertEqual(sum(event["name"].startswith("batch ") for event in spans), 256)
        for event in spans:
            self.assertGreater(event["dur"], 0)
            self.assertGreaterEqual(event["ts"], 0)
        # Spans of a track lie inside or beside one another.
        tracks = {}
        for event in spans:
            tracks.setdefault((event["pid"], event["tid"]), []).append(event)
        for track in tracks.values():
            open_spans = []
            for event in sorted(track, key=lambda e: (e["ts"], -e["dur"])):
                while open_spans and open_spans[-1] <= event["ts"]:
                    open_spans.pop()
                end = event["ts"] + event["dur"]
                self.assertTrue(not open_spans or end <= open_spans[-1], event)
                open_spans.append(end)

    def test_a_viewer_shows_it(self):
        with open(os.path.join(FOLDER, "trace.json"), "rb") as file:
            trace = base64.b64encode(file.read()).decode()
        profile = os.path.join(FOLDER, "trace.js")
        with open(profile, "w", encoding="utf-8") as file:
            file.write(f"speedscope.loadFileFromBase64('trace.json', '{trace}')")
        browser = open_browser(1280, 800)
        try:
            browser.get(f"file://{SPEEDSCOPE}/index.html#localProfilePath={profile}")
            WebDriverWait(browser, 30).until(
                lambda b: "QPU 0 (simulated)" in b.find_element(By.TAG_NAME, "body").text)
            time.sleep(1)  # it draws behind this
            browser.save_screenshot(os.path.join(FOLDER, "trace.png"))
            self.assertIn("(1/24)", browser.find_element(By.TAG_NAME, "body").text)
            self.assertEqual([line for line in browser.get_log("browser") if line["level"] == "SEVERE"], [])
        finally:
            browser.quit()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
