import type { Delivery } from '@ouzel/kafka';
import type { TracedSend } from '../../processor/tracing.js';

/** Tells a tracer the outcome of a record, and then the one who sent it. */
export function tracedDelivery(delivery: Delivery, send: TracedSend): Delivery {
  return {
    delivered: (place, offset) => {
      send.ended({ partition: place.partition, offset });
      delivery.delivered(place, offset);
    },
    failed: (record, error) => {
      send.ended({ error });
      delivery.failed(record, error);
    },
  };
}
