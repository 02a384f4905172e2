// The chart library cut to what js/charts.js draws; `build.py` makes dist/echarts.js of it.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendScrollComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendScrollComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
window.echarts = { init };
