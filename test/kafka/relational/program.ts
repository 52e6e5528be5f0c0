import { KafkaStreams, serdes, StreamsBuilder } from '@ouzel/streams';

interface Article {
  readonly title: string;
  readonly author: string;
}
interface Comment {
  readonly article: string;
  readonly text: string;
}
interface Author {
  readonly name: string;
}

/**
 * One instance, `node program.js`. The environment has BROKERS, PREFIX (it begins the names of the topics, and is the
 * application id), STATE (a folder) and CACHE (bytes). It runs until it is ended.
 */
const { BROKERS, PREFIX, STATE, CACHE } = process.env as Readonly<Record<string, string>>;
const topic = (name: string) => `${PREFIX}-${name}`;

const builder = new StreamsBuilder();
const articles = builder.table<string, Article>(topic('articles'));
const comments = builder.table<string, Comment>(topic('comments'));
const authors = builder.table<string, Author>(topic('authors'));

// Each comment with the title of its article.
comments
  .join(articles, ({ text }, { title }) => ({ text, title }), { foreignKey: ({ article }) => article, name: 'titled' })
  .toStream()
  .to(topic('titled'));

// Processing is at least once: a set stays the same when a comment is added again, a number would not.
const commentsOf = comments
  .groupBy(({ article }, comment) => [article, comment], { name: 'by-article' })
  .aggregate<string[]>(
    () => [],
    (known, comment) => [...known.filter((other) => other !== comment), comment],
    (known, comment) => known.filter((other) => other !== comment),
    { materialized: { store: 'comments-of' } },
  );
commentsOf
  .toStream()
  .mapValues((known) => known.length)
  .to(topic('counts'));

// Article, number of its comments, and author.
articles
  .leftJoin(commentsOf, ({ title, author }, known) => ({ title, author, comments: known?.length ?? 0 }))
  .join(authors, ({ title, comments: count }, { name }) => ({ title, comments: count, author: name }), {
    foreignKey: ({ author }) => author,
    name: 'authored',
  })
  .toStream()
  .to(topic('overview'));

const streams = new KafkaStreams(builder.build(), {
  applicationId: PREFIX!,
  kafka: { brokers: BROKERS!.split(',') },
  stateDirectory: STATE!,
  defaultKeySerde: serdes.string,
  defaultValueSerde: serdes.json(),
  commitInterval: '200ms',
  cacheMaxBytes: Number(CACHE),
  sessionTimeout: '6s',
  heartbeatInterval: '1s',
});
await streams.start();
console.log('started');
