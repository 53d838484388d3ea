// svg.ts - a canvas' context that writes down what is painted, as SVG.
//
// It has what a chart's painter uses, and no more: `Pen` says what that is.

export type Pen = Pick<CanvasRenderingContext2D,
  "arc" | "beginPath" | "clip" | "closePath" | "fill" | "fillStyle" |
  "fillText" | "font" | "globalAlpha" | "lineJoin" | "lineTo" | "lineWidth" |
  "measureText" | "moveTo" | "rect" | "restore" | "save" | "setLineDash" |
  "stroke" | "strokeStyle" | "textAlign" | "textBaseline">;

const anchors: Record<string, string> = {right: "end", center: "middle"};
const LETTER = 6; // the width of a letter of 11 pixels, about

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export class SvgPen {
  fillStyle = "#000";
  strokeStyle = "#000";
  font = "";
  globalAlpha = 1;
  lineJoin = "round";
  lineWidth = 1;
  textAlign = "left";
  textBaseline = "middle";
  #path = "";
  #dash: number[] = [];
  #parts: string[] = [];
  #open: boolean[] = []; // for each save(): whether a group was begun since

  save(): void {
    this.#open.push(false);
  }

  restore(): void {
    if (this.#open.pop()) this.#parts.push("</g>");
    this.globalAlpha = 1;
    this.#dash = [];
  }

  beginPath(): void {
    this.#path = "";
  }

  closePath(): void {
    this.#path += "Z";
  }

  #to(letter: string, ...at: number[]): void {
    this.#path += letter + at.map(pixel => Number(pixel.toFixed(2))).join(" ");
  }

  moveTo(x: number, y: number): void {
    this.#to("M", x, y);
  }

  lineTo(x: number, y: number): void {
    this.#to("L", x, y);
  }

  /** A whole circle, whose right end the pen stands at. */
  arc(x: number, y: number, radius: number): void {
    for (const side of [-1, 1]) this.#to("A", radius, radius, 0, 0, 1, x + side * radius, y);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#to("M", x, y);
    this.#path += `h${width}v${height}h${-width}Z`;
  }

  clip(): void {
    const id = `clip${this.#parts.length}`;
    this.#parts.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`,
                     `<g clip-path="url(#${id})">`);
    this.#open[this.#open.length - 1] = true;
  }

  setLineDash(dash: number[]): void {
    this.#dash = dash;
  }

  #put(paint: string): void {
    if (this.#path) this.#parts.push(`<path d="${this.#path}" ${paint} opacity="${this.globalAlpha}"/>`);
  }

  stroke(): void {
    this.#put(`fill="none" stroke="${this.strokeStyle.trim()}" stroke-width="${
      this.lineWidth}" stroke-linejoin="round"${
      this.#dash.length ? ` stroke-dasharray="${this.#dash.join(" ")}"` : ""}`);
  }

  fill(): void {
    this.#put(`fill="${this.fillStyle.trim()}"`);
  }

  measureText(text: string): {width: number} {
    return {width: text.length * LETTER};
  }

  fillText(text: string, x: number, y: number): void {
    const below = this.textBaseline === "top" ? "0.9em" : "0.35em";
    this.#parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" dy="${below}" text-anchor="${
      anchors[this.textAlign] ?? "start"}" fill="${this.fillStyle.trim()}">${escaped(text)}</text>`);
  }

  /** All of it, as a file. */
  text(width: number, height: number, title: string, page: string): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${
      width}" height="${height}" font-family="sans-serif" font-size="11"><title>${
      escaped(title)}</title><rect width="100%" height="100%" fill="${page.trim()}"/>${
      this.#parts.join("")}</svg>`;
  }
}
