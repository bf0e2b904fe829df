// The picture: candles above, volume below, drawn by ECharts on a canvas and changed in place.

import {compact, price} from '../lib/format.js';
import {NEW_YORK, day, isoDate, minute} from '../lib/time.js';
import {colour, onTheme} from './theme.js';

const FONT = 'system-ui, sans-serif';
const SHADES = {open: '--shade-open', abandoned: '--shade-abandoned', empty: '--shade-empty'};

export class Drawing {
  #chart;
  #slots = [];
  #areas = [];
  #timeframe = '1Day';
  #zoom = {from: 0, to: 0};
  #moved;
  #pointed;

  /**
   * @param {HTMLElement} host
   * @param {(from: number, to: number) => void} moved is told which slots are seen
   * @param {(index: number|null) => void} pointed is told which slot the crosshair is at
   */
  static async on(host, moved, pointed) {
    const echarts = await import('/charts/echarts.esm.min.js');
    return new Drawing(echarts.init(host, null, {renderer: 'canvas'}), host, moved, pointed);
  }

  constructor(chart, host, moved, pointed) {
    this.#chart = chart;
    this.#moved = moved;
    this.#pointed = pointed;
    chart.on('datazoom', (event) => this.#zoomed(event.batch?.[0] ?? event));
    chart.on('updateAxisPointer', (event) => {
      const axis = event.axesInfo?.[0];
      this.#pointed(axis === undefined ? null : Number(axis.value));
    });
    chart.getZr().on('globalout', () => this.#pointed(null));
    new ResizeObserver(() => {
      if (host.clientWidth && host.clientHeight) {
        chart.resize();
      }
    }).observe(host);
    onTheme(() => this.#draw());
  }

  get from() {
    return this.#zoom.from;
  }

  get to() {
    return this.#zoom.to;
  }

  /** Draws other bars, and shows the slots from and to. */
  set(slots, areas, timeframe, from, to) {
    this.#slots = slots;
    this.#areas = areas;
    this.#timeframe = timeframe;
    this.#zoom = {from: Math.max(0, from), to: Math.min(slots.length - 1, to)};
    this.#draw();
  }

  zoom(from, to) {
    const last = this.#slots.length - 1;
    const startValue = Math.max(0, Math.min(last, Math.round(from)));
    const endValue = Math.max(0, Math.min(last, Math.round(to)));
    this.#chart.dispatchAction({type: 'dataZoom', startValue, endValue});
  }

  /** Moves the crosshair. */
  point(index) {
    this.#chart.dispatchAction({type: 'showTip', seriesIndex: 0, dataIndex: index});
  }

  #zoomed(event) {
    const last = Math.max(0, this.#slots.length - 1);
    this.#zoom = event.startValue !== undefined && event.startValue !== null
      ? {from: event.startValue, to: event.endValue}
      : {from: Math.round(event.start / 100 * last), to: Math.round(event.end / 100 * last)};
    this.#moved(this.#zoom.from, this.#zoom.to);
  }

  #label(index) {
    const slot = this.#slots[index];
    if (!slot) {
      return '';
    }
    if (this.#timeframe === '1Day') {
      return day(slot.ts);
    }
    const before = this.#slots[index - 1];
    return before && isoDate(before.ts) === isoDate(slot.ts) ? minute(slot.ts) : day(slot.ts);
  }

  #pointerLabel(index) {
    const slot = this.#slots[index];
    if (!slot) {
      return '';
    }
    return this.#timeframe === '1Day' ? isoDate(slot.ts) : `${isoDate(slot.ts)} ${minute(slot.ts, NEW_YORK)}`;
  }

  #draw() {
    const [up, down, quiet, line, ink, surface, accent] =
      ['--up', '--down', '--ink-quiet', '--line', '--ink', '--surface', '--accent'].map(colour);
    const touch = matchMedia('(pointer: coarse)').matches;
    const index = this.#slots.map((_, at) => at);
    const last = this.#slots.findLast((slot) => slot.bar)?.bar;
    const labels = {color: quiet, fontFamily: FONT, fontSize: 11};
    const axis = {
      type: 'category', data: index, axisTick: {show: false}, axisLine: {lineStyle: {color: line}}, splitLine: {show: false},
    };
    const pointer = {
      backgroundColor: ink, color: surface, fontFamily: FONT, fontSize: 11, padding: [4, 6], shadowBlur: 0, borderWidth: 0};
    const frame = {left: 4, right: 64};
    const zoom = {xAxisIndex: [0, 1], startValue: this.#zoom.from, endValue: this.#zoom.to, minValueSpan: 10};
    this.#chart.setOption({
      animation: false,
      textStyle: {fontFamily: FONT},
      // Without a box of its own: what is under the crosshair stands above the chart, as text.
      tooltip: {trigger: 'axis', showContent: false, renderMode: 'richText', axisPointer: {type: 'cross', crossStyle: {color: quiet}}},
      axisPointer: {link: [{xAxisIndex: 'all'}], lineStyle: {color: quiet, type: 'dashed'}},
      grid: [{...frame, top: 10, bottom: 134}, {...frame, height: 60, bottom: 52}],
      xAxis: [
        {...axis, axisLabel: {show: false}, axisPointer: {label: {show: false}}},
        {...axis, gridIndex: 1,
          axisLabel: {...labels, formatter: (value) => this.#label(Number(value)), hideOverlap: true},
          axisPointer: {label: {...pointer, formatter: ({value}) => this.#pointerLabel(Number(value))}}},
      ],
      yAxis: [
        {scale: true, position: 'right', axisLine: {show: false}, axisTick: {show: false},
          splitLine: {lineStyle: {color: line, opacity: 0.6}},
          axisLabel: {...labels, formatter: (value) => price(value)},
          axisPointer: {label: {...pointer, formatter: ({value}) => price(Number(Number(value).toFixed(2)))}}},
        {gridIndex: 1, position: 'right', splitNumber: 2, axisLine: {show: false}, axisTick: {show: false}, splitLine: {show: false},
          axisLabel: {...labels, formatter: (value) => (value ? compact(value) : ''), showMaxLabel: true},
          axisPointer: {label: {...pointer, formatter: ({value}) => compact(Number(value))}}},
      ],
      dataZoom: [
        // A finger that moves down over the chart wants to go down the page.
        {type: 'inside', ...zoom, preventDefaultMouseMove: !touch},
        {type: 'slider', ...zoom, bottom: 8, height: 22, left: 4, right: 64, showDetail: false, brushSelect: false,
          borderColor: line, backgroundColor: 'transparent', fillerColor: colour('--shade-zoom'),
          handleStyle: {color: surface, borderColor: quiet}, moveHandleStyle: {color: quiet, opacity: 0.4},
          dataBackground: {lineStyle: {color: quiet, opacity: 0.5}, areaStyle: {color: quiet, opacity: 0.12}},
          selectedDataBackground: {lineStyle: {color: accent}, areaStyle: {color: accent, opacity: 0.15}}},
      ],
      series: [
        {type: 'candlestick', name: 'Price', barMaxWidth: 14,
          data: this.#slots.map(({bar}) => (bar ? [bar.open, bar.close, bar.low, bar.high] : '-')),
          itemStyle: {color: up, color0: down, borderColor: up, borderColor0: down},
          markArea: {silent: true,
            data: this.#areas.map(({from, to, kind}) => [{xAxis: from, itemStyle: {color: colour(SHADES[kind])}}, {xAxis: to}])},
          markLine: {silent: true, symbol: 'none', animation: false, lineStyle: {color: accent, type: 'dotted'},
            label: {position: 'end', formatter: () => (last ? price(last.close) : ''), color: surface, backgroundColor: accent,
              padding: [3, 5], borderRadius: 3, fontFamily: FONT, fontSize: 11},
            data: last ? [{yAxis: last.close}] : []}},
        {type: 'bar', name: 'Volume', xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 14,
          data: this.#slots.map(({bar}) => (bar
            ? {value: bar.volume ?? 0, itemStyle: {color: bar.close >= bar.open ? up : down, opacity: 0.45}}
            : '-'))},
      ],
    });
  }
}
