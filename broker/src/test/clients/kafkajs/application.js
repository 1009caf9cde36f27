// An application on kafkajs: admin, producer, two members of a group. Prints "done" at the end; anything unexpected
// is an error. Arguments: bootstrap server, topic, group.
const assert = require('node:assert')
const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [bootstrap, topic, groupId] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'kafkajs-application', brokers: [bootstrap], logLevel: logLevel.ERROR })
const RECORDS = 400

async function createTopic(admin) {
  assert.strictEqual(await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true }), true)
  assert.strictEqual(await admin.createTopics({ topics: [{ topic, numPartitions: 4 }] }), false)
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  assert.strictEqual(topics[0].partitions.length, 4)
  assert.strictEqual((await admin.describeCluster()).brokers.length, 1)
}

async function produce(settings, compression) {
  const producer = kafka.producer(settings)
  await producer.connect()
  for (let first = 0; first < RECORDS; first += 100) {
    const messages = Array.from({ length: 100 }, (_, i) => ({
      key: `key-${first + i}`,
      value: `value-${first + i}`,
      headers: { codec: String(compression) },
    }))
    await producer.send({ topic, compression, messages })
  }
  await producer.disconnect()
}

async function member(read, assignments, name) {
  const consumer = kafka.consumer({ groupId })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assignments[name] = payload.memberAssignment[topic] || []
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      read.push(`${message.value} ${message.headers.codec}`)
    },
  })
  return consumer
}

async function until(what, condition) {
  for (const giveUpAt = Date.now() + 40000; !condition(); ) {
    assert.ok(Date.now() < giveUpAt, `still waiting: ${what}`)
    await new Promise((resume) => setTimeout(resume, 50))
  }
}

async function consumeInGroup(expected) {
  const read = []
  const assignments = {}
  const consumers = [await member(read, assignments, 'first'), await member(read, assignments, 'second')]
  await until('both members own a half', () => assignments.first?.length === 2 && assignments.second?.length === 2)
  await until('every record is read', () => new Set(read).size >= expected)
  await Promise.all(consumers.map((consumer) => consumer.disconnect()))
  assert.strictEqual(new Set(read).size, expected)
}

async function checkGroup(admin, expected) {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const committed = offsets.partitions.reduce((sum, { offset }) => sum + Number(offset), 0)
  assert.strictEqual(committed, expected)
  const { groups } = await admin.describeGroups([groupId])
  assert.strictEqual(groups[0].state, 'Empty')
  await admin.deleteGroups([groupId])
  await admin.deleteTopics({ topics: [topic] })
}

async function main() {
  const admin = kafka.admin()
  await admin.connect()
  await createTopic(admin)
  await produce({}, CompressionTypes.None)
  await produce({ idempotent: true }, CompressionTypes.GZIP)
  await consumeInGroup(2 * RECORDS)
  await checkGroup(admin, 2 * RECORDS)
  await admin.disconnect()
  console.log('done')
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
