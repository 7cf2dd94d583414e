import { GREYS } from '../stages/figure/palette.ts';
import { paint, pictureCanvas, SIDE } from './picture.ts';

/** How wide a stroke is, in pixels of the picture: all white up to the first radius, and black from the second. */
const STROKE = { white: 0.8, black: 1.9 } as const;

/** A picture that is drawn with a pointer. */
export interface DrawingBoard {
  readonly canvas: HTMLCanvasElement;
  /** Shows grey levels from 0 to 1; what is drawn next is drawn over them. */
  show(greys: Float64Array): void;
}

/** Makes a board to draw a digit on. @param onDrawn is told of the grey levels whenever they change. */
export function drawingBoard(onDrawn: (greys: Float64Array) => void): DrawingBoard {
  const canvas = pictureCanvas('the digit; draw on it with a pointer');
  let greys = new Float64Array(SIDE * SIDE);
  const show = (shown: Float64Array) => {
    greys = Float64Array.from(shown);
    paint(canvas, greys, GREYS, 1);
  };
  const strokeTo = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [x, y] = [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
    show(greys.map((grey, i) => Math.max(grey, inkAt((i % SIDE) + 0.5 - x, Math.floor(i / SIDE) + 0.5 - y))));
    onDrawn(greys);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokeTo(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    // A fast pointer moves by more than a pixel from one event to the next.
    for (const each of [...event.getCoalescedEvents(), event]) strokeTo(each);
  });
  return { canvas, show };
}

/** How white a stroke is so far from its middle. */
function inkAt(dx: number, dy: number): number {
  const away = (STROKE.black - Math.sqrt(dx * dx + dy * dy)) / (STROKE.black - STROKE.white);
  return Math.max(0, Math.min(1, away));
}
