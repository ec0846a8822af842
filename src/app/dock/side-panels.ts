/** The panels beside the terminals, in one chunk: none of them is needed before the first prompt. */
export { LabPanel } from '../lab/LabPanel';
export { PicturePanel } from '../picture/PicturePanel';
export { TimelinePanel } from '../timeline/TimelinePanel';
